"""Plays one WAV file through PortAudio: ``python -m lab.parts.play FILE``.

A process of its own, because PortAudio writes to stderr in C, where the console is drawn. Exits
with 3 where there is no PyAudio or no sound card.
"""

from __future__ import annotations

import sys
import wave

NO_SOUND = 3
FRAMES = 1024


def main(path: str) -> int:
    """Play the file to its end."""
    try:
        import pyaudio
    except ImportError:
        return NO_SOUND
    sound = pyaudio.PyAudio()
    try:
        with wave.open(path, "rb") as file:
            stream = sound.open(
                format=sound.get_format_from_width(file.getsampwidth()),
                channels=file.getnchannels(),
                rate=file.getframerate(),
                output=True,
            )
            while frames := file.readframes(FRAMES):
                stream.write(frames)
            stream.stop_stream()
            stream.close()
    except OSError:
        return NO_SOUND
    finally:
        sound.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
