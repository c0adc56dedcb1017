"""Who may pass: signed tokens, and a doorkeeper who remembers failed tries."""

from __future__ import annotations

import re
import secrets
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from classroom.errors import Refusal

TRIES: Final = 5
"""Failed tries of one log-in from one address before it has to wait."""
TRIES_OF_ADDRESS: Final = 60
"""Failed tries of one address, whatever the log-in; a whole class may sit behind it."""
MEMORY: Final = 300.0
FIRST_WAIT: Final = 15.0
LONGEST_WAIT: Final = 240.0
_WRITTEN: Final = re.compile(r"[\w.-]+", re.ASCII)


class Keys:
    """Makes and reads tokens; the key lies in the data folder, so they outlive a restart."""

    def __init__(self, file: Path, hours: float) -> None:
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(secrets.token_hex(32))
        self._serializer = URLSafeTimedSerializer(file.read_text(), salt="door")
        self._seconds = int(hours * 3600)

    def make(self, login: str) -> str:
        """Make a token for a person who has proved to be one; no two are the same."""
        return str(self._serializer.dumps([login, secrets.token_hex(4)]))

    def read(self, token: str) -> str:
        """Return the log-in of a token; refuses what is false or too old, or is not written as we do."""
        if not _WRITTEN.fullmatch(token):  # base64 passes over any other letter
            raise Refusal(401, "log_in_first")
        try:
            told = self._serializer.loads(token, max_age=self._seconds)
        except SignatureExpired as error:
            raise Refusal(401, "log_in_again") from error
        except BadSignature as error:
            raise Refusal(401, "log_in_first") from error
        return str(told[0] if isinstance(told, list) else told)


@dataclass(slots=True)
class _Tries:
    times: deque[float] = field(default_factory=deque)
    waits_until: float = 0.0
    wait: float = FIRST_WAIT


class Doorkeeper:
    """Makes those wait who fail too often; every wait is twice as long as the one before."""

    def __init__(self) -> None:
        self._tries: dict[tuple[str, ...], _Tries] = {}

    def admit(self, login: str, address: str, now: float) -> None:
        """Refuse a try that comes too soon."""
        self._forget(now)
        for key in ((address, login), (address,)):
            tries = self._tries.get(key)
            if tries and tries.waits_until > now:
                raise Refusal(429, "too_many_tries", seconds=int(tries.waits_until - now) + 1)

    def failed(self, login: str, address: str, now: float) -> None:
        """Remember a failed try."""
        for key, limit in (((address, login), TRIES), ((address,), TRIES_OF_ADDRESS)):
            tries = self._tries.setdefault(key, _Tries())
            tries.times.append(now)
            if len(tries.times) >= limit:
                tries.times.clear()
                tries.waits_until = now + tries.wait
                tries.wait = min(LONGEST_WAIT, tries.wait * 2)

    def passed(self, login: str, address: str) -> None:
        """Forget the failed tries of one who got in."""
        self._tries.pop((address, login), None)

    def _forget(self, now: float) -> None:
        for key, tries in list(self._tries.items()):
            while tries.times and tries.times[0] < now - MEMORY:
                tries.times.popleft()
            if not tries.times and tries.waits_until < now - MEMORY:
                del self._tries[key]
