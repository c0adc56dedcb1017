import pytest

from classroom.practice import orders

pytestmark = pytest.mark.unit

PLACE = orders.PlaceCall(
    order_id="7-1", scenario="zh/telecom/bill", seed=7, lang="zh", caller="19900000001",
    dials="000010000", clips={"opening.0": "/tmp/a.wav", "opening.1": None},
)  # fmt: skip


def test_an_order_survives_the_pipe() -> None:
    line = orders.to_line(PLACE)
    assert line.count(b"\n") == 1
    assert orders.order_from(line) == PLACE


def test_a_report_survives_the_pipe_with_its_chinese() -> None:
    said = orders.CustomerSpeaks(
        order_id="7-1", text="你们怎么扣了两次？\n说！", beat="angry", key="angry.0", began=12.5
    )
    line = orders.to_line(said)
    assert line.count(b"\n") == 1
    assert orders.report_from(line) == said


@pytest.mark.parametrize("line", [b"{}", b"not json", b'{"type":"place"}', b'{"type":"what"}'])
def test_anything_else_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError):
        orders.order_from(line)
    with pytest.raises(ValueError):
        orders.report_from(line)


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValueError, match="extra"):
        orders.order_from(b'{"type":"drop","order_id":"1","speed":3}')
