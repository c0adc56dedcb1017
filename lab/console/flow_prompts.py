"""The prompts of a flow: names on the left, words and recording of the chosen one on the right."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from classroom.door.flow_wire import FlowEdit, FlowNode, FlowPage
from lab.console.flow_form import NodeForm, Offers
from lab.console.flow_history import Deed, History, Step
from lab.console.flow_new import AskScreen
from lab.errors import TOLD, sentence_of
from lab.parts.cells import cut
from lab.parts.dialogs import ChoiceScreen, HelpScreen
from lab.parts.door import FlowDoor
from lab.parts.keyrow import KeyRow
from lab.parts.keys import Key, bind, table
from lab.words import Words

KEYS = (
    Key("f1", "help", "help", "prompts"),
    Key("f3", "add", "prompt_add", "prompts"),
    Key("f4", "remove", "prompt_remove", "prompts"),
    Key("f5", "upload", "prompt_upload", "prompts"),
    Key("f8,ctrl+z", "undo", "flow_undo", "prompts"),
    Key("f9,ctrl+y", "redo", "flow_redo", "prompts", show=False),
    Key("escape", "leave", "back", "prompts", shown="Esc"),
)


class PromptsScreen(Screen[FlowPage]):
    """Edits the prompts of a draft and gives the draft back."""

    AUTO_FOCUS = "#prompts"
    DEFAULT_CSS = """
    PromptsScreen { background: $background; }
    PromptsScreen .head { height: 1; width: 100%; padding: 0 2; background: $surface; }
    PromptsScreen #body { height: 1fr; }
    PromptsScreen #left { width: 1fr; }
    PromptsScreen #right { width: 1fr; border-left: vkey $panel; }
    PromptsScreen .title { height: 1; width: 100%; padding: 0 2; background: $panel; color: $primary; }
    PromptsScreen OptionList { border: none; padding: 0 1; height: 1fr; background: $background; }
    PromptsScreen OptionList:focus { border: none; }
    PromptsScreen #notice { height: 1; width: 100%; padding: 0 2; display: none; color: $background; }
    PromptsScreen #notice.-shown { display: block; background: $warning; }
    """

    def __init__(self, words: Words, door: FlowDoor, page: FlowPage) -> None:
        super().__init__()
        self.words = words
        self.door = door
        self.page = page
        self.history = History()
        bind(self, KEYS, words)

    def compose(self) -> ComposeResult:
        """List and form."""
        title = self.page.title or self.page.name
        yield Label(self.words("flow.prompts", title=title), classes="head", markup=False)
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield Label(self.words("flow.prompt_list"), classes="title", markup=False)
                yield OptionList(id="prompts", markup=False, compact=True)
            with Vertical(id="right"):
                yield Label(id="form-title", classes="title", markup=False)
                yield NodeForm(self.words)
        yield Label(id="notice", markup=False)
        yield KeyRow()

    async def on_mount(self) -> None:
        """Draw what there is."""
        await self._show(self.page)

    # ── the draft ────────────────────────────────────────────────────────────

    @property
    def prompt(self) -> FlowNode | None:
        """The chosen prompt."""
        at = self.query_one("#prompts", OptionList).highlighted
        known = self.page.prompts
        return plain(known[at]) if at is not None and at < len(known) else None

    async def _show(self, page: FlowPage, chosen: str = "") -> None:
        name = chosen or (self.prompt.name if self.prompt else "")
        self.page = page
        listing = self.query_one("#prompts", OptionList)
        with self.prevent(OptionList.OptionHighlighted):
            listing.clear_options()
            width = max(self.size.width // 2 - 6, 16)
            listing.add_options(Option(cut(self._row(plain(one)), width)) for one in page.prompts)
            names = [one.name for one in page.prompts]
            at = names.index(name) if name in names else 0
            listing.highlighted = at if names else None
        await self._show_form()

    def _row(self, one: FlowNode) -> str:
        said = {field.name: field.value for field in one.fields}
        lang = self.words.lang
        if said["file"]:
            return f"{one.name}  ♪ {said['file']}"
        other = said["zh" if lang == "en" else "en"]
        lacking = self.words("flow.other_words", words=other) if other else ""
        return f"{one.name}  {said[lang] or lacking}"

    async def _show_form(self) -> None:
        one = self.prompt
        told = [p for p in self.page.problems if one and (p.part, p.node) == ("prompts", one.name)]
        await self.query_one(NodeForm).show(one, Offers(), told)
        name = one.name if one else self.words("flow.no_prompts")
        self.query_one("#form-title", Label).update(name)

    async def _edit(self, name: str, fields: dict[str, str] | None, did: str = "changed") -> bool:
        change = FlowEdit(text=self.page.text, part="prompts", node=name, fields=fields)
        try:
            page = await self.door.edit_flow(self.page.name, change)
        except TOLD as error:
            self.tell(sentence_of(error, self.words))
            return False
        self.tell("")
        if page.text != self.page.text:
            self.history.note(Deed(did, name), self.page)
        await self._show(page, name)
        return True

    async def _take(self) -> bool:
        """Put what was typed into the draft; words need no quotes here."""
        form = self.query_one(NodeForm)
        if form.node is None or not (typed := form.changed()):
            return True
        return await self._edit(
            form.node.name, {name: quoted(text) for name, text in typed.items()}
        )

    # ── keys ─────────────────────────────────────────────────────────────────

    @work(group="prompt")
    async def on_option_list_option_highlighted(self) -> None:
        """Another prompt: what was typed is taken first."""
        if await self._take():
            await self._show_form()

    def on_option_list_option_selected(self) -> None:
        """Enter goes to the form."""
        self.query(Input).first().focus()

    @work(group="prompt")
    async def on_input_submitted(self) -> None:
        """Enter takes the field and goes on."""
        if await self._take():
            self.focus_next()

    @work(group="keys")
    async def action_add(self) -> None:
        """Ask for a name and make an empty prompt."""
        say = self.words
        if not await self._take():
            return
        ask = AskScreen(say, say("keys.prompt_add"), say("flow.new_prompt"), longest=40)
        if name := await self.app.push_screen_wait(ask):
            if any(one.name == name for one in self.page.prompts):
                self.tell(say("flow.prompt_taken", name=name))
            elif await self._edit(name, {"zh": '""', "en": '""'}, "prompt_added"):
                self.query(Input).first().focus()

    @work(group="keys")
    async def action_remove(self) -> None:
        """Take the chosen prompt out, once that is confirmed."""
        say, one = self.words, self.prompt
        if one is None:
            return
        answers = {"yes": say("flow.yes_delete"), "no": say("flow.no_keep")}
        title = say("flow.sure", what=one.name)
        if await self.app.push_screen_wait(ChoiceScreen(say, title, answers)) == "yes":
            await self._edit(one.name, None, "removed")

    @work(group="keys")
    async def action_undo(self) -> None:
        """Take the last change of a prompt back."""
        if await self._take():
            await self._turn(self.history.undo(self.page), "undone")

    @work(group="keys")
    async def action_redo(self) -> None:
        """Do again what was undone last."""
        if await self._take():
            await self._turn(self.history.redo(self.page), "redone")

    async def _turn(self, step: Step | None, key: str) -> None:
        """Show the draft on the other side of a deed and say which it was."""
        if step is None:
            self.tell(self.words(f"flow.not_{key}"))
            return
        await self._show(step.page, step.deed.name)
        self.query_one(NodeForm).reset()
        self.tell(self.words(f"flow.{key}", what=step.deed.told(self.words)))

    @work(group="keys")
    async def action_upload(self) -> None:
        """Send a recording of this machine to the server; the prompt then says it."""
        say, one = self.words, self.prompt
        if one is None or not await self._take():
            return
        ask = AskScreen(say, f"{say('keys.prompt_upload')} {one.name}", say("flow.which_file"))
        path = await self.app.push_screen_wait(ask)
        if not path:
            return
        try:
            data = await asyncio.to_thread(lambda: Path(path).expanduser().read_bytes())
            sound = await self.door.upload_sound(self.page.name, one.name, data)
        except (*TOLD, OSError) as error:
            self.tell(sentence_of(error, say))
            return
        if await self._edit(one.name, {"file": quoted(sound.file)}):
            self.query_one(NodeForm).reset()
            self.tell(say("flow.uploaded", name=one.name, seconds=f"{sound.seconds:.1f}"))

    @work(group="keys")
    async def action_leave(self) -> None:
        """Back to the tree, with what was typed."""
        if await self._take():
            self.dismiss(self.page)

    def tell(self, sentence: str) -> None:
        """Show one sentence over the keys."""
        notice = self.query_one("#notice", Label)
        notice.set_class(bool(sentence), "-shown")
        notice.update(cut(sentence, self.size.width - 4))

    def action_help(self) -> None:
        """Explain this screen."""
        keys = table(KEYS, self.words)
        self.app.push_screen(HelpScreen(self.words, self.words("help.prompts"), keys))


def quoted(text: str) -> str:
    """Write words as YAML on one line; nothing stays nothing."""
    bare = text.strip()
    return json.dumps(bare, ensure_ascii=False) if bare else ""


def plain(prompt: FlowNode) -> FlowNode:
    """Give a prompt as people read and write it: words without the quotes of YAML."""
    fields = [field.model_copy(update={"value": unquoted(field.value)}) for field in prompt.fields]
    return prompt.model_copy(update={"fields": fields})


def unquoted(written: str) -> str:
    """Give words that the server wrote as YAML on one line; it quotes them as JSON or not at all."""
    return str(json.loads(written)) if written.startswith('"') else written
