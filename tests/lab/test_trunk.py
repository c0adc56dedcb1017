"""``lab trunk``: the file of trunks by command, and the check-up against a carrier that is a board."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from typer.testing import CliRunner

from classroom import trunks
from classroom.settings import Settings
from lab.cli import app
from lab.trunk import EXITS, sentence_of
from lab.words import Words
from telephony import checkup, refusals
from telephony.checkup import Answer, Finding, _not_called, _registered, examine
from telephony.media.process import MediaProcess
from telephony.pbx import events as ev
from telephony.pbx.errors import PlanError
from telephony.pbx.numbering import Place
from telephony.pbx.plan import GatewayPlan, TrunkPlan
from telephony.phone import Account, Phone, Rang
from telephony.phone_events import Ended
from telephony.refusals import CALLS, REGISTERS
from telephony.sip.auth import Credentials
from telephony.sip.message import Headers, Response
from telephony.wires.certificates import Proof, SchoolCertificates
from telephony.wires.tls import server_context
from tests.stage.exchange import plan_of
from tests.stage.school import School, open_school

CITY_NUMBER = "000020000"


def lab(*words: str) -> tuple[int, str]:
    run = CliRunner().invoke(app, ["trunk", *words], catch_exceptions=True)
    told = str(run.exception) if run.exception and run.exit_code == 1 else ""
    return run.exit_code, run.output + told


@pytest.mark.unit
def test_a_trunk_is_added_listed_and_removed(tmp_path: Path) -> None:
    data = ["--data", str(tmp_path), "--lang", "en"]
    assert "no trunks yet" in lab("list", *data)[1]
    add = ["add", "unicom", *data, "--host", "sip.example.com", "--user", "school"]
    add += ["--password", "s3cret", "--number", "000010005", "--line", "practice"]
    assert lab(*add)[0] == 0
    assert (tmp_path / trunks.FILE).stat().st_mode & 0o777 == 0o600
    assert "two trunks named unicom" in lab(*add)[1]
    code, shown = lab("list", *data, "--json")
    (entry,) = json.loads(shown)
    assert (code, entry["name"], entry["account"]) == (0, "unicom", {"user": "school"})
    assert "s3cret" not in lab("list", *data)[1] + shown
    assert lab("remove", "unicom", *data)[0] == 0
    assert trunks.read(tmp_path) == []
    assert "no trunk unicom" in lab("remove", "unicom", *data)[1]


@pytest.mark.unit
@pytest.mark.parametrize(
    ("wrong", "option", "zh", "en"),
    [
        (["bad name"], "NAME", "32 个字母", "32 letters"),
        (["practice"], "NAME", "不能叫 practice", "not practice"),
        (["a", "--host", "a b"], "--host", "端口和空格", "no port, no spaces"),
        (["a", "--host", "192.0.2.1:5060"], "--host", "端口和空格", "no port, no spaces"),
        (["a", "--user", "a b", "--password", "x"], "--user", "不含空格", "without spaces"),
        (["a", "--port", "0"], "--port", "不小于 1", "at least 1"),
        (["a", "--transport", "sctp"], "--transport", "'udp', 'tcp', 'tls'", "'udp', 'tcp', 'tls'"),
        (["a", "--line", "x"], "--line", "'practice', 'live'", "'practice', 'live'"),
        (["a", "--number", "abc"], "--number", "15 位数字", "15 digits"),
        (["a", "--ca", "x.pem"], "--ca", "只用于 TLS", "TLS only"),
    ],
)
def test_a_wrong_value_names_its_option(
    tmp_path: Path, wrong: list[str], option: str, zh: str, en: str
) -> None:
    host = [] if "--host" in wrong else ["--host", "sip.example.com"]
    for lang, says in (("en", en), ("zh", zh)):
        told = lab("add", *wrong, *host, "--data", str(tmp_path), "--lang", lang)[1]
        told = "".join(told.replace("│", "").split("\n"))
        assert option in told and says in told, told
        assert trunks.FILE not in told and "[A-Za-z" not in told
        assert lang == "en" or " or " not in told


@pytest.mark.unit
def test_what_people_wrote_around_a_trunk_stays(tmp_path: Path) -> None:
    file = tmp_path / trunks.FILE
    file.write_text(
        "# ask Ms Chen\n- name: old   # the first one\n  gateways: [{host: 10.0.0.1}]\n"
    )
    given = {"name": "new", "gateways": [{"host": "10.0.0.2"}]}
    trunks.add(tmp_path, trunks.TrunkEntry.model_validate(given))
    text = file.read_text()
    assert "# ask Ms Chen" in text
    assert "# the first one" in text
    assert [entry.name for entry in trunks.read(tmp_path)] == ["old", "new"]


@pytest.mark.unit
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- name: [", "line 1: YAML stops here"),
        ("- name: practice\n  gateways: [{host: a}]", "built-in training trunk"),
        ("name: a", 'begin each trunk with "- name: NAME"'),
        ("- name: a\n  name: b", "line 2: YAML stops here"),
        ("- name: a\n  gateways: []", "a.gateways"),
        ("- name: a\n  gateways: [{host: 'sip:10.0.0.1'}]", "the port in port"),
        ("- name: a\n  gateways: [{host: '10.0.0.1:5060'}]", "the port in port"),
        ("- name: a\n  gateways: [{host: 10.0.0.256}]", "no host name or IP address"),
        (
            '- name: a\n  gateways: [{host: a}]\n  domain: "a b\\r\\nX: y"',
            "line 3, the entry a.domain",
        ),
        (
            "- name: a\n  gateways: [{host: a}]\n  numbers:\n    010-6234: flow x",
            "write 2 to 15 digits",
        ),
        (
            "- name: a\n  gateways: [{host: a}]\n  account: {user: 'a b', password: x}",
            "without spaces",
        ),
        ("- name: a\n  gateways: [{host: a}]\n  register: true", "needs an account"),
        ("- name: a\n  gateways: [{host: a}]\n  numbers: {'123': nowhere}", "flow NAME"),
        ("- name: a\n  gateways: [{host: a}]\n  colour: red", "a.colour"),
        ("- name: a\n  gateways: [{host: a}]\n  allows: [emergency]", "a.allows"),
        ("- name: a\n  gateways: [{host: a}]\n  ca: a.pem", "transport: tls"),
        ("- name: a\n  gateways: [{host: a, transport: tls}]\n  ca: a.pem", "a.pem of the trunk a"),
    ],
)
def test_a_wrong_file_says_where_and_why(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / trunks.FILE).write_text(text)
    _, shown = lab("list", "--data", str(tmp_path), "--lang", "en")
    assert says in shown
    assert re.search("[一-龥]", lab("list", "--data", str(tmp_path), "--lang", "zh")[1])


@pytest.mark.unit
def test_a_whole_entry_as_the_switchboard_takes_it(tmp_path: Path) -> None:
    (tmp_path / trunks.FILE).write_text(
        """
- name: telecom
  line: live
  gateways:
    - {host: sip2.example.com, transport: tls, port: 5061, priority: 2}
    - {host: 192.0.2.1}
  account: {user: school, password: x}
  register: true
  numbers: {'000010007': queue care}
  style: e164
  codecs: [PCMA]
  channels: 10
  allows: [local, mobile]
"""
    )
    plan = trunks.find(tmp_path, "telecom").plan()
    assert [gateway.name for gateway in plan.ways()] == [
        "udp:192.0.2.1:5060",
        "tls:sip2.example.com:5061",
    ]
    assert (plan.line, plan.registers, plan.channels, plan.style) == ("live", True, 10, "e164")
    assert plan.numbers == ("000010007",)


@pytest.mark.unit
def test_every_code_has_a_sentence_in_both_languages() -> None:
    source = Path(checkup.__file__).read_text(encoding="utf-8")
    meanings = Path(refusals.__file__).read_text(encoding="utf-8")
    codes = {*CALLS.values(), *REGISTERS.values()}
    codes |= set(re.findall(r'"(?:good|bad|doubt)", "(\w+)"', source))
    codes |= set(re.findall(r'(?:Meaning\(|return |else |: )"(\w+)"', meanings))
    codes |= {f"{what}_{how}" for what in ("call", "register") for how in ("trouble", "status")}
    codes |= {"closed_unanswered", "wrong_name", "call_moved_known"}
    assert len(codes) > 50
    for lang in ("zh", "en"):
        words = Words(lang)
        assert [code for code in codes if not words.knows(f"trunk.{code}")] == []


@pytest.mark.unit
@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("110", "public short code"), ("120", "public short code"), ("12345", "public short code"),
        ("10086", "public short code"), ("000010000", "on the trunk practice already"),
        ("+861062340001", "on the trunk telecom already"), ("95588", "added"),
        ("4008123456", "added"),
    ],
)  # fmt: skip
def test_an_own_number_is_nobody_elses(tmp_path: Path, number: str, said: str) -> None:
    def add(name: str, number: str) -> str:
        data = ["--data", str(tmp_path), "--lang", "en"]
        return lab("add", name, *data, "--host", "192.0.2.1", "--number", number)[1]

    add("telecom", "01062340001")
    assert said in add("unicom", number)
    assert len(trunks.read(tmp_path)) == (2 if said == "added" else 1)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("first", "second", "line", "said"),
    [
        ("01062340001", "01062340001", 8, "on the trunk a already"),
        ("+861062340001", "01062340001", 8, "on the trunk a already"),
        ("000010000", "01062340001", 4, "on the trunk practice already"),
        ("01062340001", "120", 8, "public short code"),
        ("1", "01062340001", 4, "the entry a.numbers.1 is wrong"),
    ],
)
def test_numbers_written_by_hand_are_nobody_elses(
    tmp_path: Path, first: str, second: str, line: int, said: str
) -> None:
    entry = "- name: {}\n  gateways: [{{host: 192.0.2.1}}]\n  numbers:\n    '{}': flow front\n"
    file = tmp_path / trunks.FILE
    file.write_text(entry.format("a", first) + entry.format("b", second))
    with pytest.raises(trunks.BadTrunks) as refused:
        trunks.read(tmp_path)
    told = refused.value.sentence("en")
    assert str(file) in told and f"line {line}" in told
    shown = lab("list", "--data", str(tmp_path), "--lang", "en")[1]
    assert said in " ".join(shown.replace("│", " ").split())


@pytest.mark.unit
@pytest.mark.parametrize(
    ("challenge", "code"),
    [
        ('Digest realm="r", nonce="n", algorithm=SHA-512-256', "digest_unknown"),
        ('Digest realm="r", nonce="n", algorithm=MD5', "password_wrong"),
    ],
)
def test_an_unknown_digest_is_called_by_its_name(challenge: str, code: str) -> None:
    response = Response(401, "Unauthorized", Headers([("WWW-Authenticate", challenge)]))
    trunk = TrunkPlan("city", "live", account=Credentials("1002", "x"))
    finding = _registered(trunk, Answer(401, response, 0.0), GatewayPlan("192.0.2.1"))
    assert finding.code == code
    called = _not_called(trunk, "13800138000", Ended("", 401), response, ("PCMA",))
    assert called.code == code.replace("password_wrong", "call_password")
    for lang in ("zh", "en"):
        for one in (finding, called):
            said = sentence_of(one, Words(lang))
            assert ("SHA-512-256" in said) == (code == "digest_unknown")


@pytest.mark.unit
def test_a_trunk_without_an_account_has_no_password_to_blame() -> None:
    response = Response(407, "", Headers([("Proxy-Authenticate", 'Digest realm="r", nonce="n"')]))
    called = _not_called(
        TrunkPlan("city", "live"), "13800138000", Ended("", 407), response, ("PCMA",)
    )
    assert called.code == "call_account"
    assert "no account" in sentence_of(called, Words("en"))


# ── against a carrier ────────────────────────────────────────────────────────


async def found(trunk: TrunkPlan, **more: str) -> list[Finding]:
    return [one async for one in examine(trunk, place=Place(), local="127.0.0.1", **more)]


@pytest.mark.wire
async def test_a_trunk_in_good_health_with_a_test_call() -> None:
    """The carrier is a board of ours; its subscriber answers and hums."""
    plan = plan_of(
        2, numbers={CITY_NUMBER: ("extension", "1001")}, recording_path=lambda c: None,
        codecs=("PCMA", "PCMU"),
    )  # fmt: skip
    async with AsyncExitStack() as stack:
        city = await stack.enter_async_context(open_school(plan))
        mouths = await stack.enter_async_context(MediaProcess())
        friend = Phone(Account("1001", "secret1", city.board.address), media=mouths)
        await stack.enter_async_context(friend)
        await friend.register()

        async def answers() -> None:
            async for event in friend.events():
                if isinstance(event, Rang):
                    await event.call.answer()
                    await event.call.play(["tone:600:10"])

        answering = asyncio.create_task(answers())
        trunk = TrunkPlan(
            "city", "live", gateways=(GatewayPlan("127.0.0.1", city.port),), registers=True,
            account=Credentials("1002", "secret2"), numbers=("1002",),
        )  # fmt: skip
        codes = [one.code for one in await found(trunk, call=CITY_NUMBER)]
        assert codes == ["answers", "registered", "answered", "both_ways"]
        assert not city.board.board.works.registrar.of("1002"), "nothing is left behind"
        wrong = replace(trunk, account=Credentials("1002", "no"))
        assert [one.code for one in await found(wrong)][-1] == "password_wrong"
        nowhere = await found(trunk, call="000029999")
        assert nowhere[-1].code == "call_no_number"
        codec = await found(replace(trunk, codecs=("G722",)), call=CITY_NUMBER)
        assert codec[-1].code == "call_codec"
        for number in ("110", "16812345", "4711"):
            assert (await found(trunk, call=number))[-1].code == "number_refused"
        answering.cancel()


def proof_of(folder: Path, *names: str, now: datetime | None = None) -> Proof:
    return SchoolCertificates(folder).ensure(names, now or datetime.now(UTC))


async def found_over_tls(city: School, ca: str, host: str = "127.0.0.1", **more: str) -> list[str]:
    trunk = TrunkPlan(
        "city", "live", gateways=(GatewayPlan(host, city.board.tls_port, "tls"),), ca=ca,
        registers=True, account=Credentials("1002", "secret2"), numbers=("1002",),
    )  # fmt: skip
    return [one.code for one in await found(trunk, **more)]


@pytest.mark.wire
async def test_a_trunk_over_tls_is_checked_by_the_carriers_own_authority(tmp_path: Path) -> None:
    """Its certificate holds a name and no address, as carriers' do."""
    carrier, stranger = proof_of(tmp_path / "a", "localhost"), proof_of(tmp_path / "b", "localhost")
    context = server_context(carrier.certificate, carrier.key)
    plan = plan_of(2, numbers={CITY_NUMBER: ("extension", "1001")}, recording_path=lambda c: None)
    async with open_school(plan, tls=context) as city:
        good = await found_over_tls(city, carrier.ca, "localhost", call=CITY_NUMBER)
        assert good == ["answers", "registered", "call_unavailable"], (
            "the test call goes over TLS too"
        )
        assert city.all(ev.CallStarted)[0].transport == "tls"
        assert await found_over_tls(city, stranger.ca, "localhost") == ["wrong_authority"]
        assert await found_over_tls(city, "", "localhost") == ["wrong_authority"], "no public one"
        assert await found_over_tls(city, carrier.ca) == ["wrong_name"]
        long_ago = datetime.now(UTC) - timedelta(days=500)
        old = proof_of(tmp_path / "c", "localhost", now=long_ago)
        context.load_cert_chain(old.certificate, old.key)
        assert await found_over_tls(city, old.ca, "localhost") == ["certificate_expired"]


@pytest.mark.wire
async def test_a_gateway_that_speaks_no_tls() -> None:
    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(5)
        writer.write(b"SIP/2.0 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answers, "127.0.0.1", 0) as plain:
        gateway = GatewayPlan("127.0.0.1", plain.sockets[0].getsockname()[1], "tls")
        (one,) = await found(TrunkPlan("x", "live", gateways=(gateway,)))
    assert (one.step, one.grade, one.code) == ("options", "bad", "speaks_no_tls")


class Brief(asyncio.DatagramProtocol):
    """A carrier that takes no registration shorter than half an hour."""

    def __init__(self) -> None:
        self.wanted: list[str] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._out = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        head = data.decode().split("\r\n")
        told = [line for line in head if line.startswith(("Via", "From", "To", "Call-ID", "CSeq"))]
        lines = ["SIP/2.0 200 OK", *told]
        if head[0].startswith("REGISTER"):
            self.wanted.append(next(one for one in head if one.startswith("Expires")).split()[1])
            if 0 < int(self.wanted[-1]) < 1800:
                lines = ["SIP/2.0 423 Interval Too Brief", *told, "Min-Expires: 1800"]
        self._out.sendto("\r\n".join([*lines, "Content-Length: 0", "", ""]).encode(), addr)


@pytest.mark.wire
async def test_a_carrier_that_wants_longer_registrations_has_them() -> None:
    loop = asyncio.get_running_loop()
    out, carrier = await loop.create_datagram_endpoint(Brief, local_addr=("127.0.0.1", 0))
    try:
        gateway = GatewayPlan("127.0.0.1", out.get_extra_info("sockname")[1])
        trunk = TrunkPlan(
            "x", "live", gateways=(gateway,), registers=True, account=Credentials("u", "p")
        )
        assert [one.code for one in await found(trunk)][:2] == ["answers", "registered"]
        assert carrier.wanted == ["60", "1800", "0"]
    finally:
        out.close()


@pytest.mark.wire
async def test_the_command_says_which_authority_is_missing(tmp_path: Path) -> None:
    carrier, stranger = proof_of(tmp_path / "a", "127.0.0.1"), proof_of(tmp_path / "b", "127.0.0.1")
    data = ["--data", str(tmp_path)]
    async with open_school(
        plan_of(1), tls=server_context(carrier.certificate, carrier.key)
    ) as city:
        add = ["add", "city", *data, "--host", "127.0.0.1", "--port", str(city.board.tls_port)]
        add += ["--transport", "tls", "--lang", "en"]
        assert lab(*add, "--ca", str(carrier.key))[0] == 1, "a key is no certificate"
        assert lab(*add, "--ca", str(tmp_path / "b" / "ca.pem"))[0] == 0
        check = ["check", "city", *data]
        code, shown = await asyncio.to_thread(lab, *check, "--lang", "en")
        assert code == EXITS["options"]
        assert "none of our authorities vouches for: do not call there" in " ".join(shown.split())
        assert "请勿拨打" in (await asyncio.to_thread(lab, *check, "--lang", "zh"))[1]
        assert lab("remove", "city", *data)[0] == 0
        assert lab(*add, "--ca", str(tmp_path / "a" / "ca.pem"))[0] == 0
        code, shown = await asyncio.to_thread(lab, *check, "--lang", "en")
        assert (code, "answers within" in shown) == (0, True)
    assert stranger.fingerprint != carrier.fingerprint


@pytest.mark.wire
async def test_a_trunk_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "PATIENCE", 0.5)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        silent = TrunkPlan("x", "live", gateways=(GatewayPlan("127.0.0.1", deaf.getsockname()[1]),))
        (one,) = await found(silent)
        assert (one.step, one.grade, one.code) == ("options", "bad", "no_answer")
    lost = TrunkPlan("x", "live", gateways=(GatewayPlan("no-such-host.invalid"),))
    (one,) = await found(lost)
    assert one.code == "name_unknown"
    assert "no-such-host.invalid" in sentence_of(one, Words("zh"))


@pytest.mark.wire
def test_the_command_says_it_in_words_and_in_its_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkup, "PATIENCE", 0.5)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        given = {"name": "far", "gateways": [{"host": "127.0.0.1", "port": deaf.getsockname()[1]}]}
        trunks.add(tmp_path, trunks.TrunkEntry.model_validate(given))
        code, shown = lab("check", "far", "--data", str(tmp_path), "--lang", "en")
        assert (code, "does not answer" in shown) == (EXITS["options"], True)
        code, shown = lab("check", "far", "--data", str(tmp_path), "--json")
        assert json.loads(shown)[0]["code"] == "no_answer"
        assert "没有应答" in shown
    code, shown = lab("check", "near", "--data", str(tmp_path), "--lang", "en")
    assert "There is no trunk near" in shown


@pytest.mark.unit
def test_numbers_of_own_trunks_lead_somewhere(tmp_path: Path) -> None:
    from classroom.plan import board_plan
    from tests.classroom.test_answering import shelf

    def plan(leads: str) -> object:
        entry = trunks.TrunkEntry.model_validate(
            {"name": "a", "gateways": [{"host": "10.0.0.1"}], "numbers": {"000010009": leads}}
        )
        settings = Settings.load(tmp_path)
        return board_plan(
            settings, [], trunk_password="x", prompts={}, own=[entry], flows=shelf(tmp_path)
        )

    assert plan("queue care").numbers["000010009"] == ("queue", "care")  # type: ignore[attr-defined]
    with pytest.raises(PlanError):
        plan("queue nobody")
