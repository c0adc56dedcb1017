"""The neural voices: Kokoro-82M (int8) in Chinese and English, and hibari as light English.

The packages are imported when the first line is spoken, since they take seconds and half a gigabyte.
"""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import numpy as np

from classroom import words
from classroom.door.lang import Lang
from classroom.speech import models
from classroom.speech.errors import Unspeakable
from classroom.speech.spoken import in_chinese, in_english
from classroom.speech.voice import Pcm, Spoken, for_the_line, has_words

RATE = 24000
LIGHT = "en_light"
"""A small English voice at a hundredth of a core: typed lines in English are spoken live by it."""
LONGEST = 380
"""Phonemes in one run of the model; it was made for 510."""
PAUSE = 0.16
"""Seconds between two runs."""
_NOTHING: Pcm = np.zeros(0, np.float32)
_CHINESE = re.compile(r"[㐀-鿿]+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9 '’.-]*")
_PIECES = re.compile(r"[㐀-鿿]+|[A-Za-z][A-Za-z '’-]*|[^㐀-鿿A-Za-z]+")
_SENTENCES = re.compile(r"(?<=[。！？；!?;])|(?<=\.)\s+")
_GAPS = re.compile(r"\s*([,.!?;:])[\s,]*|\s+")
_MARKS = str.maketrans(
    {"，": ", ", "、": ", ", "。": ". ", "！": "! ", "？": "? ", "：": ": ", "；": "; ",
     "（": " (", "）": ") ", "“": " ", "”": " ", "—": ", ", "《": " ", "》": " ", "\n": " "}
)  # fmt: skip


def _close(gap: re.Match[str]) -> str:
    return f"{gap[1] or ''} "


def speakers(lang: Lang) -> tuple[str, ...]:
    """Name the shipped voices of a language: ``z`` speak Chinese, ``a`` and ``b`` English."""
    names = sorted(file.stem for file in models.VOICES.glob("*.bin"))
    if lang == "zh":
        return tuple(name for name in names if name.startswith("z"))
    return (*(name for name in names if not name.startswith("z")), LIGHT)


class KokoroVoice:
    """The whole speech stack; one thread."""

    name = "kokoro"
    version = "kokoro-82m-int8/1"

    def __init__(self) -> None:
        """Find the model and check its sum; raises VoiceMissing or VoiceBroken."""
        self._model = models.verified(models.locate())
        self._session: Any = None
        self._vocabulary: dict[str, int] = {}
        self._styles: dict[str, Pcm] = {}
        self._light: Any = None
        self._english: dict[bool, Any] = {}

    def voices(self) -> tuple[str, ...]:
        """Name the shipped voices."""
        return (*speakers("zh"), *speakers("en"))

    def say(self, line: Spoken) -> Pcm:
        """Render one line for the telephone."""
        if line.voice not in self.voices():
            names = ", ".join(self.voices())
            raise Unspeakable(words.say("no_such_voice", name=line.voice, names=names))
        say = self._say_lightly if line.voice == LIGHT else self._say_neurally
        sound = for_the_line(say(line), RATE) if has_words(line.text) else _NOTHING
        if not sound.size:
            raise Unspeakable(words.say("no_words"))
        return sound

    # ── Kokoro ───────────────────────────────────────────────────────────────

    def _say_neurally(self, line: Spoken) -> Pcm:
        self._load()
        style = self._style(line.voice)
        pause = np.zeros(int(PAUSE * RATE / line.speed), np.float32)
        parts: list[Pcm] = []
        for phonemes in self._runs(line):
            parts += [self._run(phonemes, style, line.speed), pause]
        return np.concatenate(parts) if parts else _NOTHING

    def _run(self, phonemes: str, style: Pcm, speed: float) -> Pcm:
        tokens = [self._vocabulary[mark] for mark in phonemes if mark in self._vocabulary]
        if not tokens:
            return _NOTHING
        given = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": style[min(len(tokens), len(style) - 1)][None],
            "speed": np.array([speed], np.float32),
        }
        return np.asarray(self._session.run(None, given)[0], np.float32).ravel()

    def _runs(self, line: Spoken) -> list[str]:
        """Cut a long line at its sentences so that each run fits the model."""
        runs: list[str] = []
        for sentence in filter(None, map(str.strip, _SENTENCES.split(line.text))):
            phonemes = self.phonemes(sentence, line.voice)[:LONGEST]
            if runs and len(runs[-1]) + len(phonemes) < LONGEST:
                runs[-1] += " " + phonemes
            else:
                runs.append(phonemes)
        return runs

    def phonemes(self, text: str, voice: str) -> str:
        """Say how a sentence sounds, in the model's alphabet."""
        british = voice.startswith("b")
        if not voice.startswith("z"):
            return str(self._spell(british)(in_english(text)))
        pieces = _PIECES.findall(in_chinese(text).translate(_MARKS))
        return _GAPS.sub(_close, " ".join(self._piece(piece) for piece in pieces)).strip()

    def _piece(self, piece: str) -> str:
        if _CHINESE.match(piece):
            import jieba
            from misaki.zh import ZHG2P

            said = " ".join(ZHG2P.word2ipa(word) for word in jieba.lcut(piece, cut_all=False))
            return said.replace("\u032f", "")
        return str(self._spell(False)(piece.strip())) if _LATIN.match(piece) else piece.strip()

    # ── hibari ───────────────────────────────────────────────────────────────

    def _say_lightly(self, line: Spoken) -> Pcm:
        if self._light is None:
            from hibari import Hibari

            self._light = Hibari()
        return np.asarray(self._light(in_english(line.text), speed=line.speed, seed=0), np.float32)

    def _spell(self, british: bool) -> Any:
        if british not in self._english:
            from hibari.g2p import G2P

            self._english[british] = G2P(british=british)
        return self._english[british]

    # ── loading ──────────────────────────────────────────────────────────────

    def _load(self) -> None:
        if self._session is not None:
            return
        import jieba
        import onnxruntime

        jieba.setLogLevel(logging.WARNING)
        jieba.dt.tmp_dir = str(models.cache_folder())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            self._model.read(), options, providers=["CPUExecutionProvider"]
        )
        self._vocabulary = json.loads(self._model.vocabulary.read_text("utf-8"))["vocab"]

    def _style(self, voice: str) -> Pcm:
        if voice not in self._styles:
            vector = np.fromfile(models.VOICES / f"{voice}.bin", np.float32)
            self._styles[voice] = vector.reshape(-1, 256)
        return self._styles[voice]
