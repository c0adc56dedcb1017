"""What may go wrong in the media room.

::

    MediaError
    ├── MalformedPacket (also a ValueError)
    ├── UnknownClip (also a ValueError)
    └── WorkerDied
"""

from __future__ import annotations


class MediaError(Exception):
    """The root of the media room's errors."""


class MalformedPacket(MediaError, ValueError):
    """A datagram is not what its port expects; drop it and go on."""


class UnknownClip(MediaError, ValueError):
    """A clip's specification or file cannot be played; correct it or replace the file."""


class WorkerDied(MediaError):
    """The media worker is gone; start a new one and open the legs again."""
