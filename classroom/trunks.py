"""The school's own trunks: ``trunks.yaml`` in the data folder, strict, written by ``lab trunk``."""

from __future__ import annotations

import io
import ipaddress
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from classroom.errors import ClassroomError
from classroom.misfit import misfit
from classroom.words import reason
from scenarios.numbers import SCHOOL
from telephony.media.control import Codec
from telephony.pbx.numbering import Kind, Place, Style
from telephony.pbx.plan import GatewayPlan, Transport, TrunkPlan
from telephony.sip.auth import Credentials
from telephony.wires.tls import client_context

FILE: Final = "trunks.yaml"
PRACTICE: Final = "practice"
"""The built-in trunk's name, which no other may have."""
KINDS: Final = tuple(kind.value for kind in Kind if kind not in (Kind.EMERGENCY, Kind.FICTIONAL))
KindName = Literal["local", "national", "mobile", "free", "service", "abroad", "premium"]
PLACE: Final = Place()
"""Where numbers are read that nobody says a place for."""
MOBILE_SEATS: Final = "mobile seats"
"""Where a number leads by which agents outside report (TEL-28)."""
Digits = Annotated[str, Field(pattern=r"^\+?[0-9]{2,15}$")]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
LABEL: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$")


def _host(text: str) -> str:
    """Take a host's name or address, IPv6 with or without brackets; a port or a scheme is none of it."""
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    with suppress(ValueError):
        return str(ipaddress.ip_address(text))
    labels = text.removesuffix(".").split(".")
    named = all(map(LABEL.match, labels)) and not labels[-1].isdecimal()
    if not named or len(text) > LONGEST_HOST:
        raise ValueError(reason("trunk_host_wrong", host=text))
    return text


def _domain(text: str) -> str:
    return _host(text) if text else ""


LONGEST_HOST: Final = 253
Host = Annotated[str, AfterValidator(_host)]
Domain = Annotated[str, AfterValidator(_domain)]
AccountName = Annotated[str, Field(pattern=r"^[^\s\"<>\x00-\x1f\x7f]{1,128}$")]


class BadTrunks(ClassroomError):
    """The file of trunks cannot be used."""


class Part(BaseModel):
    """A piece of the file; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", strict=True)


class GatewayEntry(Part):
    """One machine of the carrier."""

    host: Host
    port: int = Field(5060, ge=1, le=65535)
    transport: Transport = "udp"
    priority: int = Field(1, ge=1, le=99)


class AccountEntry(Part):
    """What we prove to the carrier."""

    user: AccountName
    password: str = Field(repr=False)


class TrunkEntry(Part):
    """One trunk as people write it."""

    name: Name
    line: Literal["practice", "live"] = "live"
    gateways: list[GatewayEntry] = Field(min_length=1)
    account: AccountEntry | None = None
    register_: bool = Field(False, alias="register")
    expires: int = Field(600, ge=60, le=86400)
    ca: str = ""
    """The file (PEM) of the authority that vouches for the carrier over TLS; none: a public one."""
    domain: Domain = ""
    numbers: dict[Digits, str] = Field(default_factory=dict)
    """Our number → where it leads: ``flow front``, ``queue care``, ``extension 1001`` or ``mobile seats``."""
    style: Style = "national"
    codecs: list[Codec] = Field(default_factory=list)
    channels: int = Field(0, ge=0)
    allows: list[KindName] | None = None
    identity: bool = True
    patience: float = Field(4.0, gt=0, le=32)
    """Seconds until a gateway must say anything; then the next is tried."""
    progress: float = Field(12.0, gt=0, le=120)
    """Seconds until it must say more than 100 (ringing, or an answer); then the next is tried."""
    check_every: float = Field(30.0, ge=0, le=86400)
    down_after: int = Field(3, ge=1)
    _authority: str = PrivateAttr("")

    @model_validator(mode="after")
    def _whole(self) -> TrunkEntry:
        if self.name == PRACTICE:
            raise ValueError(reason("trunk_name_taken"))
        if self.register_ and self.account is None:
            raise ValueError(reason("trunk_needs_account"))
        if self.ca and all(one.transport != "tls" for one in self.gateways):
            raise ValueError(reason("trunk_ca_without_tls"))
        for number, leads in self.numbers.items():
            kind, _, name = leads.partition(" ")
            if leads != MOBILE_SEATS and (kind not in ("flow", "queue", "extension") or not name):
                raise ValueError(reason("trunk_leads_nowhere", number=number))
        return self

    def trust(self, data: Path) -> None:
        """Read the authority's file, which lies in the data folder or has a whole path. Raises BadTrunks."""
        if not self.ca:
            return
        file = data / self.ca
        try:
            self._authority = file.read_text("ascii")
            client_context(self._authority)
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError.
            raise BadTrunks("bad_trunk_ca", file=file, name=self.name) from error

    def plan(self) -> TrunkPlan:
        """Write it as the switchboard takes it."""
        more: dict[str, Any] = {}
        if self.allows is not None:
            more["allows"] = frozenset(Kind(kind) for kind in self.allows)
        account = self.account
        return TrunkPlan(
            name=self.name,
            line=self.line,
            gateways=tuple(
                GatewayPlan(one.host, one.port, one.transport, one.priority)
                for one in self.gateways
            ),
            account=Credentials(account.user, account.password) if account else None,
            registers=self.register_,
            expires=self.expires,
            ca=self._authority,
            domain=self.domain,
            numbers=tuple(self.numbers),
            style=self.style,
            codecs=tuple(self.codecs),
            channels=self.channels,
            identity=self.identity,
            patience=self.patience,
            progress=self.progress,
            check_every=self.check_every,
            down_after=self.down_after,
            **more,
        )


_ENTRIES: TypeAdapter[list[TrunkEntry]] = TypeAdapter(list[TrunkEntry])


def read(data: Path, place: Place = PLACE) -> list[TrunkEntry]:
    """Read the trunks of a data folder; no file, no trunks. Raises BadTrunks."""
    file = data / FILE
    found = _document(file)
    try:
        entries = _ENTRIES.validate_python(found or [])
    except ValidationError as error:
        at, why = error.errors()[0]["loc"], misfit(error)[1]
        if not at:
            raise BadTrunks("bad_trunk_list", file=file) from error
        line, where = _line(found, at), _called(found, at)
        raise BadTrunks("bad_trunk", file=file, line=line, where=where, why=why) from error
    names = [entry.name for entry in entries]
    if double := next((name for name in names if names.count(name) > 1), None):
        raise BadTrunks("trunk_twice", file=file, name=double)
    _check_written(file, found, entries, place)
    for entry in entries:
        entry.trust(data)
    return entries


def _check_written(file: Path, document: Any, entries: Sequence[TrunkEntry], place: Place) -> None:
    """Hold what people wrote by hand to ``check_numbers``, and say in which line it is not so."""
    taken = _taken((), place)
    for at, entry in enumerate(entries):
        for number in entry.numbers:
            try:
                _check_number(number, taken, place)
            except BadTrunks as error:
                line, why = _line(document, (at, "numbers", number)), str(error).rstrip("。.")
                raise BadTrunks("bad_trunk_number", file=file, line=line, why=why) from error
            taken[_kept(number, place)] = entry.name


def _line(document: Any, where: Sequence[int | str]) -> int:
    """Find the line that a part of the file begins in, as far as the way to it can be followed."""
    line = 0
    for part in where:
        with suppress(AttributeError, KeyError, IndexError, TypeError):
            line = document.lc.data[part][0]
            document = document[part]
            continue
        break
    return line + 1


def _called(document: Any, place: Sequence[int | str]) -> str:
    """Name a part of the file as whoever wrote it would: by the name of its trunk."""
    first, *rest = place
    with suppress(KeyError, IndexError, TypeError):
        first = document[first]["name"]
    return ".".join(str(part) for part in (first, *rest) if part != "[key]")


def add(data: Path, entry: TrunkEntry) -> None:
    """Write one more trunk, and leave what people wrote around it alone."""
    if any(one.name == entry.name for one in read(data)):
        raise BadTrunks("trunk_twice", file=data / FILE, name=entry.name)
    document = _document(data / FILE) or []
    document.append(entry.model_dump(mode="json", by_alias=True, exclude_defaults=True))
    _write(data / FILE, document)


def check_numbers(entry: TrunkEntry, others: Sequence[TrunkEntry], place: Place) -> None:
    """Raise BadTrunks for an own number that belongs to everybody, or to another trunk.

    Codes of the country's own services (110, 12345) are nobody's to be called at; 95… and 96… are firms'.
    """
    taken = _taken([one for one in others if one.name != entry.name], place)
    for number in entry.numbers:
        _check_number(number, taken, place)


def _taken(entries: Sequence[TrunkEntry], place: Place) -> dict[str, str]:
    """Which numbers are somebody's, in the one form we keep."""
    ours = {_kept(number, place): PRACTICE for number in SCHOOL.values()}
    return ours | {_kept(number, place): one.name for one in entries for number in one.numbers}


def _check_number(number: str, taken: Mapping[str, str], place: Place) -> None:
    read = place.read(number)
    short = read and read.kind is Kind.SERVICE and not read.text.startswith(("95", "96"))
    if short or (read and read.kind is Kind.EMERGENCY):
        raise BadTrunks("trunk_number_public", number=number)
    if name := taken.get(_kept(number, place)):
        raise BadTrunks("trunk_number_taken", number=number, name=name)


def _kept(number: str, place: Place) -> str:
    read = place.read(number)
    return read.text if read else number


def remove(data: Path, name: str) -> None:
    """Take a trunk out. Raises BadTrunks for one that is not there."""
    find(data, name)
    document = _document(data / FILE)
    document[:] = [one for one in document if one["name"] != name]
    _write(data / FILE, document)


def find(data: Path, name: str) -> TrunkEntry:
    """Find a trunk by its name. Raises BadTrunks."""
    entries = read(data)
    for entry in entries:
        if entry.name == name:
            return entry
    if not entries:
        raise BadTrunks("no_trunk_yet", name=name)
    raise BadTrunks("no_trunk", name=name, names=", ".join(entry.name for entry in entries))


def _document(file: Path) -> Any:
    try:
        return YAML(typ="rt").load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise BadTrunks("bad_trunk_text", file=file) from error
    except (YAMLError, ValueError, RecursionError) as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        line = mark.line + 1 if mark else 1
        raise BadTrunks("bad_trunk_yaml", file=file, line=line) from error


def _write(file: Path, document: Any) -> None:
    """Replace the file whole, readable by its owner alone: passwords stand in it."""
    text = io.StringIO()
    YAML(typ="rt").dump(document, text)
    beside = file.with_suffix(".new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text.getvalue())
    os.replace(beside, file)
