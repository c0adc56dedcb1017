"""Settings by area: defaults, then ``lab.toml`` in the data folder, then ``LAB_…`` variables.

``LAB_NETWORK__SIP_PORT=5070`` is ``[network] sip_port = 5070`` in the file. Command-line options are
laid over all of it by ``Settings.load``.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from classroom.business.letters.settings import LetterArea
from classroom.call_settings import Calls, Recording
from classroom.door.lang import Lang
from classroom.errors import BadSettings
from classroom.misfit import misfit
from classroom.outbound import OutboundRule, Shown
from classroom.queues.members import Member
from classroom.queues.settings import QueueArea
from classroom.school.seats import Seats
from classroom.toml_file import tables
from classroom.words import reason
from telephony.pbx.numbering import COUNTRIES, Place
from telephony.sip.uri import bracketed
from telephony.wires.addresses import LOCAL_NETS, check_nets

FILE = "lab.toml"
Extension = Annotated[str, Field(pattern=r"^[0-9]{1,8}$")]
Mobile = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 -]{1,24}$")]
RANGE = re.compile(r"[0-9]{1,8}(-[0-9]{1,8})?")


class Area(BaseModel):
    """One section of the file; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid")


class Network(Area):
    """Where the server listens."""

    host: str = Field("127.0.0.1", min_length=1)
    """The address of this machine that seats reach; SIP, RTP and HTTP all bind to it."""
    sip_port: int = Field(5060, ge=0, le=65534)
    """UDP and TCP; TLS takes the next one, unless ``tls_port`` says another."""
    http_port: int = Field(8060, ge=0, le=65535)
    rtp_first: int = Field(20000, ge=1024, le=65534)
    rtp_last: int = Field(21999, ge=1025, le=65535)
    tls: bool = True
    """SIP over TLS besides UDP and TCP, with the school's own certificate."""
    tls_port: int = Field(0, ge=0, le=65535)
    """0: the port above ``sip_port``."""
    seats: Literal["udp", "tcp", "tls"] = "udp"
    """How our own seats come; ``tls`` secures the sound too and passes meddling routers (SIP ALG)."""
    advertise: str | None = None
    """The address by which telephones outside ``local_nets`` know this server: its router's."""
    local_nets: tuple[str, ...] = LOCAL_NETS

    @field_validator("host")
    @classmethod
    def _bare(cls, host: str) -> str:
        return host[1:-1] if host.startswith("[") and host.endswith("]") else host

    @field_validator("local_nets")
    @classmethod
    def _nets(cls, nets: tuple[str, ...]) -> tuple[str, ...]:
        return check_nets(nets)

    @field_validator("advertise")
    @classmethod
    def _address(cls, address: str | None, info: ValidationInfo) -> str | None:
        host = info.data.get("host", "::")
        if address and host != "::" and (":" in address) != (":" in host):
            raise ValueError(reason("advertise_family"))
        return str(ip_address(address)) if address else None

    @property
    def written(self) -> str:
        """The host as it stands in front of a port: IPv6 in brackets."""
        return bracketed(self.host)

    @model_validator(mode="after")
    def _ports_in_order(self) -> Network:
        if self.rtp_last - self.rtp_first < 15:
            raise ValueError(reason("rtp_too_few"))
        return self


class School(Area):
    """The school's own words and numbers."""

    name_zh: str = "实训呼叫中心"
    name_en: str = "the training call center"
    lang: Lang = "zh"


class Numbers(Area):
    """Where the school stands among the telephones of the world."""

    country: Literal["CN", "US"] = "CN"
    area: str = Field("", pattern=r"^([1-9][0-9]{1,2})?$")
    """Our area code without its 0; empty: local numbers are dialled with theirs."""
    outside: str = Field("", pattern=r"^[0-9]?$")
    """Dialled at a desk to get a line outside; empty: nothing."""

    @property
    def place(self) -> Place:
        """The same as the switchboard takes it."""
        return Place(COUNTRIES[self.country], self.area, self.outside)


class Desks(Area):
    """How long a desk may stay in each activity."""

    ring_seconds: float = Field(20.0, gt=0)
    wrapup_seconds: float = Field(60.0, gt=0)
    """After that the desk is free again and the call is graded without a summary."""
    wrap_calls_out: bool = True
    """An agent who talked with somebody called outside has a summary to write, too."""
    shows: Shown = ""
    """The number of ours that calls from the desks show; empty: the trunk's first."""
    shows_at: dict[str, Shown] = Field(default_factory=dict)
    """Extensions, each one or a range, that show another: ``"1001-1010" = "01062345678"``."""

    mobile: dict[Extension, Mobile] = Field(default_factory=dict)
    """Extensions whose agents may work at a telephone outside (TEL-28): ``"1001" = "13900001234"``."""

    @field_validator("shows_at")
    @classmethod
    def _ranges(cls, shown: dict[str, str]) -> dict[str, str]:
        for one in shown:
            if not RANGE.fullmatch(one):
                raise ValueError(reason("range_wrong", span=one))
        return shown


SPAN = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
LEADS = re.compile(r"(flow|queue|extension|voicemail) \S+")


class Opening(Area):
    """When a number is staffed (TEL-23)."""

    week: dict[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], list[str]] = Field(
        default_factory=dict
    )
    """Weekday → hours: ``mon = ["09:00-12:00", "13:30-18:00"]``; a day that is missing is closed."""
    holidays: bool = True
    """Keep the public holidays, and work on the weekend days worked for them."""
    closed: str = ""
    """Out of hours: ``extension 1050`` (the duty seat), ``voicemail care``, ``flow NAME``, ``queue NAME``.

    Whom the duty seat does not take hears that the house is closed and may leave it a message.
    """

    @model_validator(mode="after")
    def _readable(self) -> Opening:
        for spans in self.week.values():
            for span in spans:
                if not SPAN.fullmatch(span):
                    raise ValueError(reason("hours_wrong", span=span))
        if not LEADS.fullmatch(self.closed):
            raise ValueError(reason("hours_lead_nowhere"))
        return self


class Callers(Area):
    """Who is not let in (TEL-24)."""

    blacklist: tuple[str, ...] = ()
    """Numbers, beginnings of numbers (``1380013*``), or ``withheld``: they hear the busy tone."""

    @field_validator("blacklist")
    @classmethod
    def _entries(cls, entries: tuple[str, ...]) -> tuple[str, ...]:
        for entry in entries:
            if entry != "withheld" and not re.fullmatch(r"\+?[0-9 -]+\*?", entry):
                raise ValueError(reason("blacklist_wrong", entry=entry))
        return entries


def _care() -> dict[str, list[str]]:
    return {"care": []}


class Voicemail(Area):
    """How messages are taken (TEL-13)."""

    longest: float = Field(120.0, ge=5, le=600)
    silence: float = Field(5.0, ge=2, le=30)
    """So much silence ends a message."""
    most: int = Field(100, ge=1, le=1000)
    groups: dict[str, list[str]] = Field(default_factory=_care)
    """Group's mailbox → extensions that hear its messages."""

    @field_validator("groups")
    @classmethod
    def _names(cls, groups: dict[str, list[str]]) -> dict[str, list[str]]:
        for name in groups:
            if not re.fullmatch(r"[A-Za-z0-9_]{1,32}", name):
                raise ValueError(reason("box_name_wrong", name=name))
        return groups


class Supervision(Area):
    """Who may listen, whisper, barge in and take over, and over whom (PER-01, PER-02)."""

    charges: dict[str, list[str]] = Field(default_factory=dict)
    """Log-in → extensions in that person's charge, each one or a range: ``["1001-1010", "1050"]``.
    An instructor who is not named has every desk; a student who is named is a team leader."""

    @model_validator(mode="after")
    def _ranges_readable(self) -> Supervision:
        for login, ranges in self.charges.items():
            for one in ranges:
                if not RANGE.fullmatch(one):
                    raise ValueError(f"{login}: {reason('range_wrong', span=one)}")
        return self


class Practice(Area):
    """The practice trunk, by which virtual customers call the school from this machine."""

    trunk_password: str = Field("", repr=False)
    """Empty: a new one at every start, known to our own carrier only."""


class Privacy(Area):
    """What the notice at the first log-in promises."""

    retention_days: int = Field(180, ge=1)
    token_hours: float = Field(12.0, gt=0)


class Voices(Area):
    """Who speaks."""

    engine: Literal["auto", "kokoro", "tone"] = "auto"
    clips: Path | None = None
    """Where rendered sentences are kept; none: in the data folder. Servers may share a folder."""
    live_share: float = Field(0.3, ge=0)
    """Share of one core that typed lines may use for speech while calls run; beyond it they are
    rendered after the call."""


class Disk(Area):
    """How much room the data folder needs."""

    least_free_mb: int = Field(64, ge=0)


class Settings(BaseSettings):
    """Everything a school may set."""

    model_config = SettingsConfigDict(
        env_prefix="LAB_", env_nested_delimiter="__", extra="forbid", validate_default=True
    )

    data: Path = Path("data")
    network: Network = Network()
    school: School = School()
    numbers: Numbers = Numbers()
    desks: Desks = Desks()
    hours: dict[str, Opening] = Field(default_factory=dict)
    """Number → its hours; ``"*"`` is every other number. None: always open."""
    callers: Callers = Callers()
    calls: Calls = Calls()
    recording: Recording = Recording()
    voicemail: Voicemail = Voicemail()
    supervision: Supervision = Supervision()
    seats: Seats = Seats()
    queues: dict[str, QueueArea] = Field(default_factory=dict)
    """By name; ``care`` is there even when nothing is written of it."""
    outbound: tuple[OutboundRule, ...] = ()
    """Which trunk carries which numbers; none: the trunks as they come."""
    letters: LetterArea = LetterArea()
    practice: Practice = Practice()
    members: dict[str, Member] = Field(default_factory=dict)
    """By member number; a flow asks for number and PIN and looks up ``member``."""
    privacy: Privacy = Privacy()
    voices: Voices = Voices()
    disk: Disk = Disk()

    @classmethod
    def load(cls, data: Path, **over: dict[str, Any]) -> Settings:
        """Read the settings of one data folder; ``over`` holds areas that win over all else."""
        file = data / FILE
        written = tables(file)

        class Here(cls):  # type: ignore[valid-type, misc]  # the file's place is known only now
            @classmethod
            def settings_customise_sources(
                cls,
                settings_cls: type[BaseSettings],
                init_settings: PydanticBaseSettingsSource,
                env_settings: PydanticBaseSettingsSource,
                dotenv_settings: PydanticBaseSettingsSource,
                file_secret_settings: PydanticBaseSettingsSource,
            ) -> tuple[PydanticBaseSettingsSource, ...]:
                return init_settings, env_settings, InitSettingsSource(settings_cls, written)

        try:
            found = Here(data=data, **over)
        except ValidationError as error:
            where, why = misfit(error)
            raise BadSettings("bad_setting", file=file, where=where, why=why) from error
        except SettingsError as error:  # It names the field, and nothing of what is wrong.
            name = "".join(re.findall(r'field "(\w+)"', str(error))).upper()
            raise BadSettings("bad_variable", name=f"LAB_{name}") from error
        return cls.model_construct(**{name: getattr(found, name) for name in cls.model_fields})

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.data / "lab.sqlite3"

    @property
    def texts(self) -> Path:
        """The file in which the practice carrier keeps short messages."""
        return self.data / "texts.jsonl"

    @property
    def mailbag(self) -> Path:
        """The folder of letters as they came."""
        return self.data / "letters"

    @property
    def recordings(self) -> Path:
        """The folder of recordings."""
        return self.data / "recordings"

    @property
    def clips(self) -> Path:
        """The folder of sentences rendered ahead."""
        return self.voices.clips or self.data / "clips"

    @property
    def logs(self) -> Path:
        """The folder that the child processes' stderr goes to."""
        return self.data / "logs"
