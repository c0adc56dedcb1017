"""RFC 4475 and RFC 5118: each torture message is taken, refused or dropped as the RFC says."""

from pathlib import Path

import pytest

from telephony.errors import BadMessage
from telephony.sip import headers, message, rules, uri
from telephony.sip.core import SWITCHBOARD
from telephony.sip.events import Flow, Invited, Requested
from telephony.sip.message import Request, Response
from tests.stage.loopback import OFFER, Party, Stranger
from tests.stage.virtual import World

pytestmark = [pytest.mark.story, pytest.mark.feature("SCH-12")]

PACKETS = Path(__file__).parents[2] / "packets"
TAKEN, DROPPED = "taken", "dropped"

# What becomes of each: the room above is asked, a status is answered, or nothing happens at all.
RFC4475: dict[str, tuple[str, int | str]] = {
    # 3.1.1 valid messages
    "wsinv": ("3.1.1.1 well-formed; its To tag names a dialog we do not have", 481),
    "intmeth": ("3.1.1.2 well-formed; nobody defined the method", 501),
    "esc01": ("3.1.1.3", TAKEN),
    "escnull": ("3.1.1.4", TAKEN),
    "esc02": ("3.1.1.5 escapes in a method are letters of its name: nobody defined it", 501),
    "lwsdisp": ("3.1.1.6", TAKEN),
    "longreq": ("3.1.1.7", TAKEN),
    "dblreq": ("3.1.1.8 what follows the first request in a datagram is passed over", TAKEN),
    "semiuri": ("3.1.1.9", TAKEN),
    "transports": ("3.1.1.10", TAKEN),
    "mpart01": ("3.1.1.11", TAKEN),
    "unreason": ("3.1.1.12 a response to nothing of ours", DROPPED),
    "noreason": ("3.1.1.13 a response to nothing of ours", DROPPED),
    # 3.1.2 invalid messages
    "badinv01": ("3.1.2.1", 400),
    "clerr": ("3.1.2.2", 400),
    "ncl": ("3.1.2.3", 400),
    "scalar02": ("3.1.2.4", 400),
    "scalarlg": ("3.1.2.5", DROPPED),
    "quotbal": ("3.1.2.6", 400),
    "ltgtruri": ("3.1.2.7", 400),
    "lwsruri": ("3.1.2.8", 400),
    "lwsstart": ("3.1.2.9", 400),
    "trws": ("3.1.2.10 liberal: spaces at the end of the line are forgiven", TAKEN),
    "escruri": ("3.1.2.11", 400),
    "baddate": ("3.1.2.12 liberal: nothing here needs the date", TAKEN),
    "regbadct": ("3.1.2.13", 400),
    "badaspec": ("3.1.2.14 liberal: the spaces are forgiven", TAKEN),
    "baddn": ("3.1.2.15 liberal: the missing quotes are forgiven", TAKEN),
    "badvers": ("3.1.2.16", 505),
    "mismatch01": ("3.1.2.17", 400),
    "mismatch02": ("3.1.2.18 either 501 or 400", 400),
    "bigcode": ("3.1.2.19", DROPPED),
    # 3.2 transactions
    "badbranch": ("3.2.1 matched as RFC 2543 does", TAKEN),
    # 3.3 applications
    "insuf": ("3.3.1", 400),
    "unkscm": ("3.3.2", 416),
    "novelsc": ("3.3.3", 416),
    "unksm2": ("3.3.4", 400),
    "bext01": ("3.3.5", 420),
    "invut": ("3.3.6", 415),
    "regaut01": ("3.3.7 the registrar challenges anew", TAKEN),
    "multi01": ("3.3.8", 400),
    "mcl01": ("3.3.9", 400),
    "bcast": ("3.3.10 a response to nothing of ours", DROPPED),
    "zeromf": ("3.3.11 an end point may answer", TAKEN),
    "cparam01": ("3.3.12", TAKEN),
    "cparam02": ("3.3.13", TAKEN),
    "regescrt": ("3.3.14", TAKEN),
    "sdp01": ("3.3.15", 406),
    # 3.4 backward compatibility
    "inv2543": ("3.4.1", TAKEN),
    "test": ("in the archive, but in no section: no version, no From address, no CSeq", DROPPED),
}
RFC5118: dict[str, tuple[str, int | str]] = {
    "ipv6-good": ("4.1", TAKEN),
    "ipv6-bad": ("4.2", 400),
    "port-ambiguous": ("4.3", TAKEN),
    "port-unambiguous": ("4.4", TAKEN),
    "via-received-param-with-delim": ("4.5 well-formed; we do not have its dialog", 481),
    "via-received-param-no-delim": ("4.5", TAKEN),
    "ipv6-in-sdp": ("4.6", TAKEN),
    "mult-ip-in-header": ("4.7 well-formed; we do not have its dialog", 481),
    "mult-ip-in-sdp": ("4.8", TAKEN),
    "ipv4-mapped-ipv6": ("4.9", TAKEN),
    "ipv6-bug-abnf-3-colons": ("4.10 must be tolerated", TAKEN),
    "ipv6-correct-abnf-2-colons": ("4.10", TAKEN),
}
ALL = [("rfc4475", *row) for row in RFC4475.items()] + [
    ("rfc5118", *row) for row in RFC5118.items()
]


def packet(book: str, name: str) -> bytes:
    return (PACKETS / book / f"{name}.dat").read_bytes()


def server(world: World) -> Party:
    return Party(world, "192.0.2.200", "server", methods=(*SWITCHBOARD, "REGISTER"))


def parsed(name: str, book: str = "rfc4475") -> Request | Response:
    data = packet(book, name)
    read = message.parse(data)
    rules.check(read, len(data), 32_768, 16_384)
    return read


def requested(name: str, book: str = "rfc4475") -> Request:
    read = parsed(name, book)
    assert isinstance(read, Request)
    return read


def test_every_packet_has_its_row():
    for book, table in (("rfc4475", RFC4475), ("rfc5118", RFC5118)):
        assert {path.stem for path in (PACKETS / book).glob("*.dat")} == set(table)


@pytest.mark.parametrize(("book", "name", "row"), ALL, ids=[f"{b}-{n}" for b, n, _ in ALL])
def test_message_meets_what_the_rfc_says(book: str, name: str, row: tuple[str, int | str]):
    world = World()
    party = server(world)
    flow = Flow("loop", party.address, ("192.0.2.1", 5060))
    party.core.receive(flow, packet(book, name), 0.0)
    party.events = party.core.events()
    sent = [message.parse(data) for _, data in party.core.outbox()]
    statuses = [one.status for one in sent if isinstance(one, Response) and one.status > 100]
    match row[1]:
        case "taken":
            assert [type(e) for e in party.events] in ([Invited], [Requested]) and statuses == []
        case "dropped":
            assert party.events == [] and sent == [] and party.core.idle
        case status:
            assert party.events == [] and statuses == [status]
    for event in party.events:
        if isinstance(event, Invited):
            party.core.answer(event.leg, OFFER, 0.0)
        else:
            party.core.respond(event.key, 200, 0.0)
    world.run_out()
    assert party.core.idle, "nothing of it is left"


def test_one_server_survives_each_of_them_and_still_takes_calls():
    world = World()
    party, stranger = server(world), Stranger(world, "192.0.2.1")
    party.answers()
    party.on(Requested, lambda event: party.core.respond(event.key, 200, party.now))
    for book, name, _ in ALL:
        stranger.world.network.post(
            Flow("loop", stranger.address, party.address), packet(book, name), world.now
        )
        world.run(0.1)
    stranger.heard.clear()
    stranger.ask(party, "INVITE", call_id="after-all", body=OFFER, branch="z9hG4bKafter")
    assert stranger.statuses("INVITE")[0] == 200
    world.run_out()
    assert party.core.idle


# ── what the well-formed ones say ────────────────────────────────────────────


def test_tortuous_invite_is_read_whole():
    request = requested("wsinv")
    assert request.to.tag == "1918181833n" and request.from_.tag == "98asjd8"
    assert request.from_.display == 'J Rosenberg \\"'
    assert request.cseq == (9, "INVITE") and request.headers.get("Subject") == ""
    assert [one.branch for one in map(_via, request.headers.all("Via"))] == [
        "390skdjuw", "z9hG4bK9ikj8", "z9hG4bK30239",
    ]  # fmt: skip
    assert request.contact is not None and request.contact.param("q") == "0.33"
    assert request.headers.get("UnknownHeaderWithUnusualValue") == ";;,,;;,;"


def _via(text: str):
    return headers.via(text)


def test_wide_range_of_characters_is_read():
    request = requested("intmeth")
    assert request.method == "!interesting-Method0123456789_*+`.%indeed'~"
    assert request.to.display == "BEL:\x07 NUL:\x00 DEL:\x7f"
    assert "大停電" in request.headers.get("extensionHeader-!.%*+_`'~")


def test_escapes_in_addresses_are_read():
    request = requested("esc01")
    assert request.to.uri.user == "user"
    assert request.from_.uri.user == "I have spaces"
    assert requested("semiuri").to.uri.host == "example.com"
    null = requested("escnull")
    assert null.headers.count("Contact") == 2 and null.to.uri.user == "null-\0-null"


def test_parameters_of_a_contact_belong_to_header_or_address():
    bare, bracketed = requested("cparam01").contact, requested("cparam02").contact
    assert bare is not None and bare.param("unknownparam") == "" and not bare.uri.params
    assert bracketed is not None and bracketed.uri.param("unknownparam") == ""
    escaped = requested("regescrt").contact
    assert escaped is not None and escaped.uri.headers == "Route=%3Csip:sip.example.com%3E"


def test_reasons_of_responses_are_read():
    assert isinstance(said := parsed("unreason"), Response) and "девяносто" in said.reason
    assert isinstance(said := parsed("noreason"), Response) and said.reason == ""
    assert len(parsed("longreq").headers.all("Via")) == 34


def test_ports_and_addresses_of_ipv6_are_told_apart():
    with pytest.raises(BadMessage):
        parsed("ipv6-bad", "rfc5118")
    ambiguous = uri.parse(requested("port-ambiguous", "rfc5118").uri)
    plain = uri.parse(requested("port-unambiguous", "rfc5118").uri)
    assert (ambiguous.host, ambiguous.port) == ("2001:db8::10:5070", None)
    assert (plain.host, plain.port) == ("2001:db8::10", 5070)
    three = uri.parse(requested("ipv6-bug-abnf-3-colons", "rfc5118").uri)
    two = uri.parse(requested("ipv6-correct-abnf-2-colons", "rfc5118").uri)
    assert three == two and str(two) == "sip:user@[2001:db8::192.0.2.1]"


def test_description_among_several_parts_is_found():
    body = (
        b"--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b\r\nContent-Type: application/sdp\r\n\r\n"
    )
    mixed = message.Headers([("Content-Type", 'multipart/mixed;boundary="b"')])
    request = Request("INVITE", "sip:x@lab", mixed, body + OFFER + b"\r\n--b--\r\n")
    assert request.sdp == OFFER
    plain = Request("INVITE", "sip:x@lab", mixed, b"--b\r\n\r\nhi\r\n--b--\r\n")
    assert plain.sdp is None
