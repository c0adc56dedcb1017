"""``[letters]`` of ``lab.toml``: our address and number, what is promised, the rules that sort letters."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

from classroom.words import reason

Kind: TypeAlias = Literal["mail", "fax"]
Resolution: TypeAlias = Literal["standard", "fine", "superfine"]
Word: TypeAlias = Annotated[str, Field(min_length=1, max_length=60)]


class Rule(BaseModel):
    """Counts where a letter fits everything that the rule names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=40)
    kinds: tuple[Kind, ...] = ()
    words: tuple[Word, ...] = ()
    """Any of these in the subject or the text."""
    senders: tuple[Word, ...] = ()
    """Any of these addresses or numbers; ``*`` stands for any letters: ``*@vip.example``."""
    record: tuple[Word, ...] = ()
    """Any of these in the name, company or note of the customer's record, such as ``VIP``."""
    machines: bool = False
    """Machines' letters: automatic answers, lists, messages that came back."""
    category: str = Field("", max_length=40)
    """What the letter is about; the first rule that fits and says so decides."""
    priority: int = Field(0, ge=-1000, le=1000)
    """Added up over all rules that fit."""
    reply: str = Field("", max_length=2000)
    """Written into the receipt, as the answer to what is asked often."""

    @model_validator(mode="after")
    def _asks_something(self) -> Rule:
        if not (self.kinds or self.words or self.senders or self.record or self.machines):
            raise ValueError(reason("letter_rule_empty", name=self.name))
        return self


RULES: Final = (
    Rule(name="machines", machines=True, category="automatic", priority=-600),
    Rule(name="vip", record=("VIP", "贵宾"), priority=120),
    Rule(
        name="complaint", category="complaint", priority=60,
        words=("投诉", "不满", "差评", "赔偿", "complaint", "complain", "unacceptable", "compensation"),
    ),
    Rule(
        name="fault", category="fault", priority=45,
        words=("故障", "断网", "上不了网", "打不通", "没有信号", "报修", "outage", "not working",
               "no signal", "broken", "out of order"),
    ),
    Rule(name="urgent", priority=30, words=("紧急", "加急", "尽快", "urgent", "as soon as possible")),
    Rule(
        name="bill", category="bill", priority=15,
        words=("账单", "话费", "扣费", "发票", "欠费", "退款", "bill", "invoice", "charged", "refund"),
    ),
    Rule(
        name="order", category="order", priority=10,
        words=("办理", "开通", "订购", "套餐", "报名", "order", "subscribe", "sign up", "tariff"),
    ),
    Rule(name="thanks", category="thanks", words=("表扬", "感谢信", "thank you for", "compliment")),
)  # fmt: skip
"""What holds until a school writes rules of its own."""


class FaxSettings(BaseModel):
    """By what parameters our faxes go out."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field("01062349999", pattern=r"^\+?[0-9 -]{3,24}$")
    """Ours, printed on every page."""
    header: str = Field("{school}  {number}  {time}  P.{page}/{pages}", max_length=120)
    """The line at the top of each page; ``{school} {number} {time} {page} {pages}`` are filled in."""
    resolution: Resolution = "standard"

    def line(self, school: str, at: str, page: int, pages: int) -> str:
        """Write the line at the top of one page."""
        line = self.header
        values = {"school": school, "number": self.number, "time": at, "page": page, "pages": pages}
        for name, value in values.items():
            line = line.replace(f"{{{name}}}", str(value))
        return line


class LetterArea(BaseModel):
    """How letters are taken, sorted and answered."""

    model_config = ConfigDict(extra="forbid")

    address: str = Field("service@lab.example", pattern=r"^[^@\s<>]+@[^@\s<>]+$", max_length=120)
    """Ours; who writes mail is answered from it."""
    smtp_port: int | None = Field(None, ge=0, le=65535)
    """Where the server takes mail from other programs, on this machine only; none: nowhere."""
    largest_mb: int = Field(10, ge=1, le=100)
    receipts: tuple[Kind, ...] = ("mail",)
    """What is answered by itself with a number and a time."""
    minutes_each: float = Field(10.0, gt=0, le=1440)
    """What one letter takes: the time that is promised counts with it."""
    minutes_a_point: float = Field(1.0, ge=0, le=60)
    """Priority is time: so many minutes earlier a letter seems to have come for each point."""
    desk_minutes: float = Field(30.0, ge=1, le=1440)
    """After that a letter that lies at a desk is handed to the next one who asks."""
    fax: FaxSettings = FaxSettings()
    rules: tuple[Rule, ...] = Field(RULES, max_length=200)
