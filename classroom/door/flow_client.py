"""The flow editor's part of the client; for instructors only."""

from __future__ import annotations

from classroom.door.asking import Asking
from classroom.door.flow_wire import (
    FlowDraft,
    FlowEdit,
    FlowNew,
    FlowPage,
    FlowRow,
    FlowSound,
    FlowVariables,
)


class FlowDoor(Asking):
    """The menus, from outside."""

    async def flows(self) -> list[FlowRow]:
        """Every flow of the menus; instructors only, as all that follow."""
        return await self._list(FlowRow, "flows")

    async def flow(self, name: str) -> FlowPage:
        """One flow, as a text and as a tree of forms."""
        return FlowPage.model_validate_json(await self._ask("GET", f"flows/{name}"))

    async def put_flow(self, name: str, text: str, version: str | None = None) -> FlowPage:
        """Check a flow and put it live; where it has problems nothing is saved.

        With the ``version`` it began from, raises DoorRefused (409) where others saved meanwhile.
        """
        draft = FlowDraft(text=text, version=version)
        answer = await self._ask("PUT", f"flows/{name}", draft)
        return FlowPage.model_validate_json(answer)

    async def edit_flow(self, name: str, change: FlowEdit) -> FlowPage:
        """Change one part of a draft; nothing is saved."""
        answer = await self._ask("POST", f"flows/{name}/edit", change)
        return FlowPage.model_validate_json(answer)

    async def new_flow(self, name: str, title: str) -> FlowPage:
        """Draft a new flow; nothing is saved."""
        answer = await self._ask("POST", "flows", FlowNew(name=name, title=title))
        return FlowPage.model_validate_json(answer)

    async def store_variables(self, name: str, change: FlowVariables) -> FlowPage:
        """Store all the variables of a draft; nothing is saved."""
        answer = await self._ask("POST", f"flows/{name}/variables", change)
        return FlowPage.model_validate_json(answer)

    async def upload_sound(self, name: str, prompt: str, data: bytes) -> FlowSound:
        """Send the recording of a prompt; the answer names the file that the prompt is to say."""
        answer = await self._ask("POST", f"flows/{name}/sounds/{prompt}", data)
        return FlowSound.model_validate_json(answer)

    async def delete_flow(self, name: str) -> None:
        """Take a flow of the school's own away."""
        await self._ask("DELETE", f"flows/{name}")

    async def try_flow(self, name: str) -> FlowRow:
        """Make a flow ready to be tried; the row says which number a seat dials."""
        return FlowRow.model_validate_json(await self._ask("POST", f"flows/{name}/trial"))
