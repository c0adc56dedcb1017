"""Voicemail: leaving a message, the lamp, and listening to it with PIN and keys."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from telephony.media import control
from telephony.pbx import events as ev
from telephony.pbx import mail_events as mail
from telephony.pbx.commands import LoadMessages, MarkMessage
from telephony.pbx.forwards import Forwards
from telephony.pbx.ivr import Flow as MenuFlow
from telephony.pbx.ivr import HangUp, Play, ToVoicemail
from telephony.pbx.mailbox import BoxPlan, Message
from telephony.pbx.queue_plan import QueuePlan, Way
from telephony.sip import events as sip
from telephony.sip.core import METHODS
from telephony.sip.packages import summary_in
from tests.stage.exchange import PROMPTS, Exchange, carrier, dials, plan_of, press, register
from tests.stage.loopback import Party
from tests.stage.virtual import World

pytestmark = pytest.mark.story

KEYS = (
    "greeting",
    "thanks",
    "nothing",
    "full",
    "pin",
    "wrong_pin",
    "keys",
    "none",
    "bye",
    "new.1",
    "new.2",
    "old.1",
)
SAYS = {**PROMPTS, **{f"voicemail.{key}": "tone:440:2" for key in KEYS}}


class House:
    """Two seats whose telephones have lamps, and a customer."""

    def __init__(self, **more: Any) -> None:
        self.world = World(17)
        values: dict[str, Any] = {
            "prompts": SAYS,
            "message_path": lambda box, call: f"/mail/{box}/{call}.wav",
            "numbers": {"000010000": ("extension", "1001"), "000010001": ("voicemail", "1001")},
        }
        plan = plan_of(2, **(values | more))
        wishes = Forwards(unanswered="voicemail", busy="voicemail", after=10)
        desks = {n: replace(d, forwards=wishes) for n, d in plan.desks.items()}
        self.exchange = Exchange(self.world, replace(plan, desks=desks))
        self.lamps: dict[str, list[tuple[int, int]]] = {"1001": [], "1002": []}
        self.desk = {n: self._phone(n) for n in self.lamps}
        self.customer = carrier(self.world)
        self.world.run(1)

    def _phone(self, extension: str) -> Party:
        number = int(extension) - 1000
        phone = Party(self.world, f"10.0.1.{number}", extension, methods=(*METHODS, "NOTIFY"))

        def lamp(event: sip.Requested) -> None:
            told = summary_in(event.request.body)
            self.lamps[extension].append((told.new, told.old))
            phone.core.respond(event.key, 200, phone.now)

        phone.on(sip.Requested, lamp)
        phone.on(sip.Invited, lambda e: phone.core.ring(e.leg, phone.now))
        register(phone)
        return phone

    def run(self, seconds: float) -> None:
        self.world.run(seconds)

    def calls(self, number: str = "000010001") -> str:
        leg = dials(self.customer, number)
        self.run(0.5)
        return leg

    def speaks(self, seconds: float = 5.0) -> None:
        name = self.exchange.board.works.calls[self.call].caller.name
        self.exchange.media(control.SpeechBegan(name, self.world.now))
        self.run(seconds)
        self.exchange.media(control.SpeechEnded(name, self.world.now - seconds, self.world.now))

    @property
    def call(self) -> str:
        return next(reversed(self.exchange.board.works.calls))

    def listens(self, extension: str = "1001") -> str:
        number = int(extension) - 1000
        leg = dials(self.desk[extension], "*97", user=extension, password=f"secret{number}")
        self.run(0.5)
        return leg

    def press(self, keys: str) -> None:
        for key in keys:
            press(self.exchange, key, self.call)

    def leaves(self) -> Message:
        self.calls()
        self.run(3)
        self.speaks()
        self.press("#")
        self.run(5)
        return self.exchange.all(mail.MessageLeft)[-1].message

    def heard(self) -> list[str]:
        return [event.key for event in self.exchange.all(ev.PromptPlayed)]

    def quiet(self) -> None:
        for call in list(self.exchange.board.works.calls.values()):
            call.end("over", "board", self.world.now)
        self.run(150)
        assert self.exchange.leftovers() == {}
        assert not self.exchange.board.works.drafts


@pytest.mark.feature("TEL-13", "BAS-05", "NUR-24")
def test_a_message_is_left_and_the_lamp_lights() -> None:
    house = House()
    house.calls()
    assert house.customer.only(sip.Answered)
    opened = house.exchange.only(mail.BoxOpened)
    assert (opened.box, opened.leaving) == ("1001", True)
    house.run(1.7)
    assert not house.exchange.sound.recordings, "nothing is recorded before the tone has sounded"
    house.run(1)
    assert list(house.exchange.sound.recordings.values()) == [f"/mail/1001/{house.call}.wav"]
    call, caller = house.call, house.exchange.board.works.calls[house.call].caller.name
    assert house.exchange.sound.rows[f"{call}/mail/left"] == {caller: 1.0}
    house.speaks()
    house.press("#")
    house.run(3)
    message = house.exchange.only(mail.MessageLeft).message
    assert (message.box, message.caller, message.state) == ("1001", "13800005678", "new")
    assert message.path == f"/mail/1001/{call}.wav"
    assert house.lamps["1001"][-1] == (1, 0)
    assert not house.lamps["1002"]
    assert not house.exchange.all(ev.RecordingClosed), "a message is no recording of a talk"
    assert house.exchange.only(ev.CallEnded).why == "message_left"
    house.quiet()


@pytest.mark.parametrize("how", ["silence", "longest", "hang up"])
def test_what_ends_a_message(how: str) -> None:
    house = House(boxes={"1001": BoxPlan("1001", longest=20.0, silence=4.0)})
    leg = house.calls()
    house.run(3)
    house.speaks(5.0 if how != "longest" else 17.0)
    if how == "hang up":
        house.customer.hang_up(leg)
    else:
        house.run(3.0)
        assert bool(house.exchange.all(mail.MessageLeft)) is (how == "longest")
    house.run(5)
    assert house.exchange.only(mail.MessageLeft)
    house.quiet()


def test_who_says_nothing_leaves_no_message() -> None:
    house = House()
    house.calls()
    house.run(3)
    house.run(12)
    assert not house.exchange.all(mail.MessageLeft)
    assert house.exchange.only(mail.MessageDropped).path.startswith("/mail/1001/")
    assert not house.lamps["1001"]
    house.quiet()


def test_a_caller_who_hangs_up_before_the_tone() -> None:
    house = House()
    leg = house.calls()
    house.customer.hang_up(leg)
    house.run(5)
    assert not house.exchange.all(mail.MessageLeft) + house.exchange.all(mail.MessageDropped)
    house.quiet()


def test_a_key_skips_the_announcement_to_the_tone() -> None:
    house = House()
    house.calls()
    house.press("1")
    house.run(0.2)
    assert not house.exchange.sound.recordings
    house.run(0.5)
    assert house.exchange.sound.recordings
    house.quiet()


@pytest.mark.feature("TEL-13")
def test_a_desk_that_does_not_answer_has_a_mailbox() -> None:
    house = House()
    house.calls("000010000")
    house.run(9)
    assert not house.exchange.all(mail.BoxOpened)
    house.run(3)
    assert house.exchange.only(mail.BoxOpened).box == "1001"
    assert house.exchange.desk("1001") == "idle"
    house.quiet()


def test_a_flow_and_a_queue_lead_to_a_group_s_box() -> None:
    flow = MenuFlow("night", "hi", {
        "hi": Play(("welcome",), then="box"), "box": ToVoicemail("care", failed="end"),
        "end": HangUp(),
    })  # fmt: skip
    queue = QueuePlan("service", max_wait=10.0, timed_out=Way("voicemail", "care"))
    house = House(
        flows={"night": flow}, queues={"service": queue},
        numbers={"000010000": ("flow", "night"), "000010001": ("queue", "service")},
        boxes={"care": BoxPlan("care", owners=("1001", "1002"))},
    )  # fmt: skip
    for number, wait in (("000010000", 3.0), ("000010001", 11.0)):
        house.calls(number)
        house.run(wait)
        house.run(3)
        house.speaks()
        house.press("#")
        house.run(5)
    messages = [event.message for event in house.exchange.all(mail.MessageLeft)]
    assert [message.box for message in messages] == ["care", "care"]
    assert house.lamps["1001"][-1] == house.lamps["1002"][-1] == (2, 0)
    house.quiet()


@pytest.mark.feature("TEL-13", "NUR-24")
def test_an_owner_hears_own_and_group_s_messages_and_the_lamp_counts_both() -> None:
    boxes = {
        "care": BoxPlan("care", owners=("1001", "1002")),
        "1001": BoxPlan("1001", pin="2468"),
    }
    house = House(
        boxes=boxes,
        numbers={"000010000": ("voicemail", "care"), "000010001": ("voicemail", "1001")},
    )
    own = house.leaves()
    house.calls("000010000")
    house.run(3)
    house.speaks()
    house.press("#")
    house.run(5)
    assert (house.lamps["1001"][-1], house.lamps["1002"][-1]) == ((2, 0), (1, 0))
    shared = house.exchange.all(mail.MessageLeft)[-1].message
    house.listens("1002")
    house.run(5)
    house.press("3")
    house.run(1)
    assert f"file:{shared.path}" in house.heard()
    assert (house.lamps["1001"][-1], house.lamps["1002"][-1]) == ((1, 0), (0, 0))
    house.listens("1001")
    house.press("2468")
    house.run(9)
    assert house.heard()[-3:] == ["voicemail.new.1", f"file:{own.path}", "voicemail.keys"]
    house.quiet()


@pytest.mark.feature("NUR-24")
def test_a_message_deleted_elsewhere_is_not_offered_any_more() -> None:
    house = House()
    first, second, third = house.leaves(), house.leaves(), house.leaves()
    house.listens()
    house.exchange.command(MarkMessage("1001", second.id, "deleted"))
    house.exchange.command(MarkMessage("1001", first.id, "deleted"))
    house.press("1")
    house.run(6)
    assert house.heard()[-2:] == [f"file:{third.path}", "voicemail.keys"]
    assert f"file:{second.path}" not in house.heard()
    house.exchange.command(MarkMessage("1001", third.id, "deleted"))
    house.press("2")
    house.run(3)
    assert house.heard()[-1] == "voicemail.bye"
    assert not house.exchange.board.works.calls
    assert house.lamps["1001"][-1] == (0, 0)
    house.quiet()


def test_a_box_that_is_full_or_missing() -> None:
    house = House(boxes={"1001": BoxPlan("1001", most=1)})
    house.leaves()
    house.calls()
    house.run(5)
    assert len(house.exchange.all(mail.BoxOpened)) == 1
    assert "full" in house.exchange.only(ev.Alarm).text
    assert house.heard()[-1] == "voicemail.full"
    house.exchange.news.clear()
    house.desk["1001"].on(
        sip.Invited, lambda e: house.desk["1001"].core.refuse(e.leg, 486, house.world.now)
    )
    house.calls("000010000")
    house.run(5)
    assert house.heard() == ["voicemail.full"], "not a refusal that tells nothing"
    house.quiet()


@pytest.mark.feature("TEL-13")
@pytest.mark.parametrize(("spoken", "keys", "told"), [
    (0.0, "", "nothing"), (0.0, "#", "nothing"), (2.0, "#", "thanks"),
])  # fmt: skip
def test_nobody_is_told_that_a_message_is_saved_which_is_not(
    spoken: float, keys: str, told: str
) -> None:
    house = House()
    house.calls()
    house.run(3.6)
    if spoken:
        house.speaks(spoken)
    house.press(keys)
    house.run(20)
    assert house.heard()[-1] == f"voicemail.{told}"
    assert len(house.exchange.all(mail.MessageLeft)) == (told == "thanks")
    house.quiet()


# ── listening ────────────────────────────────────────────────────────────────


@pytest.mark.feature("TEL-13", "NUR-24")
def test_listen_save_and_delete_by_telephone() -> None:
    house = House()
    first, second = house.leaves(), house.leaves()
    house.exchange.sound.later = lambda *_: None  # type: ignore[method-assign]  # ends are told below
    house.listens()
    assert house.desk["1001"].only(sip.Answered)
    assert told(house) == ["voicemail.new.2", f"file:{first.path}", "voicemail.keys"]
    house.run(0.2)
    assert house.lamps["1001"][-1] == (1, 1), "heard"
    house.press("2")
    assert told(house) == [f"file:{second.path}", "voicemail.keys"]
    house.press("1")
    assert told(house) == [f"file:{second.path}", "voicemail.keys"]
    house.press("3")
    assert told(house) == ["voicemail.bye"]
    states = [(e.message.id, e.message.state) for e in house.exchange.all(mail.MessageChanged)]
    assert states == [
        (first.id, "heard"), (first.id, "saved"), (second.id, "heard"), (second.id, "deleted"),
    ]  # fmt: skip
    house.run(1)
    assert house.lamps["1001"][-1] == (0, 1)
    assert house.exchange.all(ev.CallEnded)[-1].why == "listened"


def told(house: House) -> list[str]:
    """Let the prompts that are waiting be played, one after the other; returns them."""
    sound = house.exchange.board.works.calls[house.call].sound
    keys = []
    while sound.prompt:
        keys.append(sound.key)
        house.exchange.media(control.PlayEnded(sound.prompt, house.world.now))
        if not house.exchange.board.works.calls:
            break
    return keys


def test_nothing_to_hear() -> None:
    house = House()
    house.listens()
    house.run(6)
    assert house.heard() == ["voicemail.none", "voicemail.bye"]
    house.quiet()


@pytest.mark.feature("NUR-24")
@pytest.mark.parametrize(("typed", "opens"), [("2468", True), ("2468#", True), ("1111", False)])
def test_the_pin(typed: str, opens: bool) -> None:
    house = House(boxes={"1001": BoxPlan("1001", pin="2468")})
    house.leaves()
    house.listens()
    house.press(typed)
    house.run(3)
    assert ("voicemail.new.1" in house.heard()) is opens
    if not opens:
        assert "voicemail.wrong_pin" in house.heard()
        for _ in range(2):
            house.run(5)
            house.press("9999")
        house.run(8)
        assert house.desk["1001"].only(sip.Ended)
        assert not house.exchange.all(mail.MessageChanged)
    house.quiet()


def test_wrong_pins_leave_the_owner_as_many_looks_at_the_keys_as_ever() -> None:
    house = House(boxes={"1001": BoxPlan("1001", pin="2468")})
    house.leaves()
    house.listens()
    for typed in ("1111", "13#", "2468"):
        house.press(typed)
        house.run(6)
    house.run(12)
    assert house.heard()[-1] == "voicemail.keys", "told again, not sent away"
    house.quiet()


def test_a_listener_who_presses_nothing_is_let_go() -> None:
    house = House()
    house.leaves()
    house.exchange.sound.later = lambda *_: None  # type: ignore[method-assign]
    house.listens()
    for _ in range(3):
        told(house)
        house.run(11)
    assert told(house) == ["voicemail.bye"]
    assert not house.exchange.board.works.calls


def test_messages_from_before_the_start_and_marks_from_a_screen() -> None:
    house = House()
    old = Message("m1", "1001", "000010023", 1.0, "/mail/1001/m1.wav", 7.0)
    house.exchange.command(LoadMessages((old, replace(old, id="m2", state="saved"))))
    assert house.exchange.board.works.mail.count("1001") == (1, 1)
    house.exchange.command(MarkMessage("1001", "m1", "heard"))
    house.run(1)
    assert house.lamps["1001"][-1] == (0, 2)
    house.exchange.command(MarkMessage("1001", "m2", "heard"))
    house.exchange.command(MarkMessage("1001", "m2", "deleted"))
    house.exchange.command(MarkMessage("1001", "gone", "deleted"))
    states = [event.message.state for event in house.exchange.all(mail.MessageChanged)]
    assert states == ["heard", "deleted"], "what is saved is not merely heard"
    assert house.exchange.board.works.mail.count("1001") == (0, 1)


def test_a_telephone_that_comes_back_is_told() -> None:
    house = House()
    house.exchange.command(LoadMessages((Message("m1", "1001", "", 1.0, "/x.wav", 7.0),)))
    register(house.desk["1001"], expires=0)
    house.run(1)
    register(house.desk["1001"])
    house.run(1)
    assert house.lamps["1001"] == [(1, 0)]


def test_only_desks_hear_messages() -> None:
    house = House()
    dials(house.customer, "*97")
    house.run(1)
    assert house.customer.only(sip.Refused).status == 404


def test_a_full_disk_ends_the_message_and_the_caller_may_talk_on() -> None:
    house = House()
    leg = house.calls()
    house.run(4)
    name = next(one for one in house.exchange.sound.recordings if one.endswith("/mail"))
    house.exchange.media(control.RecordingBroken(name, "/mail/x.wav", "no space left", 1.0))
    house.speaks()
    assert house.exchange.all(mail.MessageDropped)
    house.customer.hang_up(leg)
    house.run(120)
    assert not house.exchange.board.works.calls
