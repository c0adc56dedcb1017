"""A finished call on the command line: rows fit, Chinese is broken by the character."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from classroom.door.wire import Caption
from lab.reading import card_object, print_caption, print_scorecard
from lab.words import Words
from tests.stage import props

pytestmark = pytest.mark.unit


def printed(width, doing):
    paper = io.StringIO()
    doing(Console(file=paper, width=width, force_terminal=False))
    return paper.getvalue().splitlines()


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_scorecard_fits_the_terminal_and_its_columns_line_up(lang, width):
    words, card = Words(lang), props.scorecard(lang)
    rows = printed(width, lambda screen: print_scorecard(screen, card, words))
    assert max(cell_len(row) for row in rows) <= width
    head = next(row for row in rows if words("column.because") in row)
    column = cell_len(head[: head.index(words("column.because"))])
    because = next(finding.because for finding in card.findings if finding.because)[:4]
    first = next(row for row in rows if because in row)
    assert cell_len(first[: first.rindex(because)]) == column
    assert f"{words('score.total')} 86 / 100" in rows[-1]


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_card_that_waits_says_so_and_why(lang, width):
    words, card = Words(lang), props.waiting(lang)
    rows = printed(width, lambda screen: print_scorecard(screen, card, words))
    assert max(cell_len(row) for row in rows) <= width
    (total,) = [row for row in rows if words("score.total") in row]
    assert words("score.pending") in total
    assert words("score.passed") not in total and words("score.failed") not in total
    told = "".join("".join(rows[rows.index(total) + 1 :]).split())
    assert told == "".join("".join(card.notes).split())
    assert (card_object(card)["waits"], card_object(card)["notes"]) == (True, card.notes)


def test_a_long_sentence_goes_on_under_its_first_word():
    caption = Caption(
        call_id="c", who="ivr", text="语音导航请按键。" * 8, at=-7.0, until=0, heard_by="prompt"
    )
    rows = printed(80, lambda screen: print_caption(screen, caption, Words("zh")))
    assert len(rows) > 1
    assert max(cell_len(row) for row in rows) <= 80
    column = cell_len(rows[0][: rows[0].index("语音导航请")])
    assert [cell_len(row) - cell_len(row.lstrip()) for row in rows[1:]] == [column] * len(rows[1:])
