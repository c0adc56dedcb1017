"""The server's flows for screen tests: the real shelf, kept in memory."""

from __future__ import annotations

from abc import ABC, abstractmethod

from ruamel.yaml.error import YAMLError

from classroom.door.flow_wire import (
    FlowEdit,
    FlowPage,
    FlowRow,
    FlowSound,
    FlowVariables,
    version_of,
)
from classroom.door.lang import Lang
from classroom.flows import edits
from classroom.flows.errors import BrokenFlow
from classroom.flows.lookups import SHAPES
from classroom.flows.model import Variable
from classroom.flows.page import page_of, rows_of
from classroom.flows.shelf import FlowShelf
from classroom.plan import QUEUE
from classroom.speech.prompts import TEXTS
from lab.errors import Refused


class StageFlows(ABC):
    """Flows that come with the program; ``open_flows`` reads them."""

    def __init__(self) -> None:
        self.lang: Lang = "zh"
        self.shelf = FlowShelf(None, frozenset(TEXTS["zh"]), {QUEUE}, SHAPES)

    @abstractmethod
    def _ask(self, what: str, value: object = None) -> None: ...

    def open_flows(self, lang: Lang) -> None:
        self.lang = lang
        self.shelf.load()

    async def flows(self) -> list[FlowRow]:
        self._ask("flows")
        return rows_of(self.shelf, self.lang)

    async def flow(self, name: str) -> FlowPage:
        self._ask("flow", name)
        return page_of(self.shelf, name, self.shelf.find(name).text, self.lang, saved=True)

    async def edit_flow(self, name: str, change: FlowEdit) -> FlowPage:
        self._ask("edit_flow", change)
        try:
            text = edits.edited(change.text, change.part, change.node, change.fields)
        except YAMLError as error:
            raise Refused("The field cannot be read; correct it.", status=422) from error
        return page_of(self.shelf, name, text, self.lang, saved=False)

    async def put_flow(self, name: str, text: str, version: str | None = None) -> FlowPage:
        self._ask("put_flow", text)
        there = self.shelf.flows.get(name)
        if version is not None and version != version_of(there.text if there else ""):
            raise Refused(f"The flow {name} was changed elsewhere.", status=409)
        try:
            self.shelf.put(self.shelf.fit(name, text))
        except BrokenFlow:
            return page_of(self.shelf, name, text, self.lang, saved=False)
        return page_of(self.shelf, name, text, self.lang, saved=True)

    async def try_flow(self, name: str) -> FlowRow:
        self._ask("try_flow", name)
        return next(row for row in rows_of(self.shelf, self.lang) if row.name == name)

    async def new_flow(self, name: str, title: str) -> FlowPage:
        self._ask("new_flow", (name, title))
        if name in self.shelf.flows:
            raise Refused(f"There is a flow {name} already; choose another name.", status=409)
        return page_of(self.shelf, name, edits.fresh(name, title), self.lang, saved=False)

    async def store_variables(self, name: str, change: FlowVariables) -> FlowPage:
        self._ask("store_variables", change)
        wanted = [
            (one.name, Variable(value=one.value, secret=one.secret)) for one in change.variables
        ]
        text = edits.stored(change.text, wanted)
        return page_of(self.shelf, name, text, self.lang, saved=False)

    async def upload_sound(self, name: str, prompt: str, data: bytes) -> FlowSound:
        self._ask("upload_sound", (name, prompt, data))
        if not data.startswith(b"RIFF"):
            raise Refused("The recording cannot be used; upload a WAV.", status=422)
        return FlowSound(file=f"{name}.{prompt}.wav", seconds=2.5)

    async def delete_flow(self, name: str) -> None:
        self._ask("delete_flow", name)
        del self.shelf.flows[name]
