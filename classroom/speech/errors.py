"""What can go wrong with a voice, each with a sentence that says what to do.

SpeechError
├── VoiceMissing    the speech packages are not installed
├── VoiceBroken     the model's sum is wrong
├── Unspeakable     this text or voice cannot be rendered
├── TooBusy         typed lines would need more of the machine than they may have
└── WorkerLost      the speech process cannot be kept alive
"""


class SpeechError(Exception):
    """A sentence that says what to do."""


class VoiceMissing(SpeechError):
    """The speech packages are not installed."""


class VoiceBroken(SpeechError):
    """A model file is not the one that was pinned."""


class Unspeakable(SpeechError):
    """This text or voice cannot be rendered."""


class TooBusy(SpeechError):
    """The line's sound has to wait until after the call."""


class WorkerLost(SpeechError):
    """The speech process died again and again."""
