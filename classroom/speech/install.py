"""Check the voices after they were installed: ``python -m classroom.speech.install``.

Says what is there and how big it is, checks the model's sum, and speaks one line in each language
to prove that the whole stack works. The second time nothing is left to do.
"""

from __future__ import annotations

import sys
import time

from classroom.speech import models
from classroom.speech.errors import SpeechError
from classroom.speech.kokoro import KokoroVoice
from classroom.speech.voice import RATE, Spoken

PROOF = (
    Spoken("您好，欢迎致电。", "zf_xiaoxiao"),
    Spoken("Thank you for calling.", "af_heart"),
    Spoken("Thank you for calling.", "en_light"),
)


def say(words: str) -> None:
    """Tell the person at the terminal."""
    print(f"voices: {words}", file=sys.stderr, flush=True)


def main() -> int:
    """Check and prove the voices; 0 when they speak, 2 with one sentence when not."""
    try:
        model = models.locate()
        if models.is_verified(model):
            say("installed and checked before")
            return 0
        prove()
    except SpeechError as error:
        say(str(error))
        return 2
    return 0


def prove() -> None:
    """Check the sum, then speak."""
    say(f"checking the sum of the Kokoro-82M model ({models.MEGABYTES} MB)")
    voice = KokoroVoice()
    say(f"the sum is right; {len(voice.voices())} voices: {', '.join(voice.voices())}")
    for line in PROOF:
        began = time.perf_counter()
        seconds = len(voice.say(line)) / RATE
        took = time.perf_counter() - began
        say(f"{line.voice} spoke {seconds:.1f} s of sound in {took:.1f} s")


if __name__ == "__main__":
    sys.exit(main())
