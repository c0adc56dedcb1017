"""What may go wrong in the media room.

::

    MediaError (a TelephonyError)
    ├── MalformedPacket (also a ValueError)
    ├── UnknownClip (also a ValueError)
    ├── NoSoundCard
    └── WorkerDied
"""

from __future__ import annotations

from telephony.errors import TelephonyError


class MediaError(TelephonyError):
    """The root of the media room's errors."""


class MalformedPacket(MediaError, ValueError):
    """A datagram is not what its port expects; drop it and go on."""


class UnknownClip(MediaError, ValueError):
    """A clip's specification or file cannot be played; correct it or replace the file."""


class NoSoundCard(MediaError):
    """There is no microphone or speaker to open; plug one in or go on in silence."""


class WorkerDied(MediaError):
    """The media worker is gone; start a new one and open the legs again."""
