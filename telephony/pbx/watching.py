"""Lamps: desks watch what others do (dialog-info, RFC 4235) and what waits in their box (RFC 3842)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

from telephony.errors import LocalError
from telephony.pbx.admission import Admission, TurnedAway
from telephony.pbx.leg import Leg
from telephony.pbx.works import Works
from telephony.sip import events as sip
from telephony.sip import packages
from telephony.sip import uri as uris
from telephony.sip.packages import DialogState, WatchedDialog


@dataclass(slots=True)
class Watch:
    """One subscription to a desk's calls."""

    extension: str
    told: tuple[WatchedDialog, ...]


@dataclass(slots=True)
class Watching:
    """Everybody who watches a desk, by subscription."""

    works: Works
    watches: dict[str, Watch] = field(default_factory=dict)

    def subscribed(self, admission: Admission, event: sip.Subscribed, now: float) -> None:
        """Let a desk watch another, or its own box."""
        works, core = self.works, self.works.legs.core
        asked = admission.check(event.request, event.flow, now)
        if isinstance(asked, TurnedAway):
            return core.respond(event.key, asked.status, now, headers=asked.headers)
        extension = uris.parse(event.request.uri).user
        if asked.user not in works.desks:
            return core.respond(event.key, 403, now)
        kind = (
            packages.SIMPLE_SUMMARY if event.package == packages.SUMMARY else packages.DIALOG_INFO
        )
        if not packages.taken(kind, event.request.headers.all("Accept")):
            return core.respond(event.key, 406, now, headers=[("Accept", kind)])
        if event.package == packages.SUMMARY:
            return self._summary(event, asked.user, extension, now)
        if extension not in works.desks:
            return core.respond(event.key, 404, now)
        told = self.dialogs(extension)
        name = core.accept_subscription(
            event.key,
            now,
            body=packages.dialog_info(self._entity(extension), told),
            content_type=packages.DIALOG_INFO,
        )
        self.watches[name] = Watch(extension, told)
        return None

    def _summary(self, event: sip.Subscribed, user: str, extension: str, now: float) -> None:
        """Say how many messages wait; later changes reach the telephone without being asked for."""
        core = self.works.legs.core
        if extension != user:
            return core.respond(event.key, 403, now)
        new, old = self.works.messages(extension)
        core.accept_subscription(
            event.key,
            now,
            body=packages.message_summary(self._entity(extension), new, old),
            content_type=packages.SIMPLE_SUMMARY,
        )
        return None

    def unsubscribed(self, event: sip.Unsubscribed) -> None:
        """A watcher is gone."""
        self.watches.pop(event.subscription, None)

    def refresh(self, now: float) -> None:
        """Tell every watcher what has changed since it was told last."""
        if not self.watches:
            return
        seen = {watch.extension for watch in self.watches.values()}
        states = {extension: self.dialogs(extension) for extension in seen}
        for name, watch in list(self.watches.items()):
            if states[watch.extension] != watch.told:
                watch.told = states[watch.extension]
                body = packages.dialog_info(self._entity(watch.extension), watch.told)
                self.works.legs.core.notify(name, now, body=body, content_type=packages.DIALOG_INFO)

    # ── inside ───────────────────────────────────────────────────────────────

    def _entity(self, extension: str) -> str:
        return f"sip:{extension}@{self.works.plan.realm}"

    def dialogs(self, extension: str) -> tuple[WatchedDialog, ...]:
        """Describe every call at a desk; the tags let a telephone pick it up by Replaces."""
        legs = self.works.legs.by_name.values()
        return tuple(self._dialog(leg, extension) for leg in legs if leg.extension == extension)

    def _dialog(self, leg: Leg, extension: str) -> WatchedDialog:
        waiting: DialogState = "proceeding" if leg.inbound else "early"
        call_id = local = remote = ""
        with suppress(LocalError):
            named = self.works.legs.core.replaces(leg.sip)
            call_id, local, remote = named.call_id, named.to_tag, named.from_tag
        call = self.works.calls.get(leg.call)
        other = (call.dialled if leg.inbound else call.source.caller) if call else ""
        return WatchedDialog(
            id=leg.sip,
            state="confirmed" if leg.answered else waiting,
            direction="initiator" if leg.inbound else "recipient",
            call_id=call_id,
            local_tag=local,
            remote_tag=remote,
            local=self._entity(extension),
            remote=self._entity(other) if other else "",
        )
