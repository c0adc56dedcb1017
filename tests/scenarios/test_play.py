"""A talk by text."""

import pytest

from scenarios.load import find
from scenarios.play import play

pytestmark = pytest.mark.unit


def test_a_talk_by_text_from_greeting_to_goodbye() -> None:
    talk = play(find("order-inquiry"), seed=4)
    assert next(talk).says == ()
    assert talk.send("Hello, how can I help?").beat == "asks"
    moment = talk.send("May I have your name and order number?")
    assert (moment.beat, "verify_identity" in moment.understood) == ("names_herself", True)
    assert len(moment.because) == len(moment.understood)
    assert talk.send("It will arrive tomorrow before noon.").beat == "relieved"
    assert talk.send("Is there anything else?").outcome == "satisfied"
    assert talk.send("Thank you for calling, goodbye.").says
    last = talk.send("")
    assert (last.hung_up, last.rating) == (True, 5)
    with pytest.raises(StopIteration):
        talk.send("hello?")


def test_silence_is_an_empty_line() -> None:
    talk = play(find("broadband-bill"), seed=4)
    next(talk)
    assert talk.send("").says[0].startswith("喂")
