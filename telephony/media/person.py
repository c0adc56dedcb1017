"""The person at this machine: the microphone is a column of the matrix, the speaker a row."""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np
import numpy.typing as npt

from telephony.audio import OpenCard, SoundCard
from telephony.media.bridge import Bridge
from telephony.media.chores import Chores
from telephony.media.control import MediaEvent, SoundFailed, SoundOpened
from telephony.media.errors import NoSoundCard

MICROPHONE: Final = "mic"
SPEAKER: Final = "speaker"


class Person:
    """Opens and closes the sound card away from the tick, and joins it to the matrix."""

    def __init__(self, bridge: Bridge, chores: Chores, open_card: OpenCard) -> None:
        self._bridge = bridge
        self._chores = chores
        self._open_card = open_card
        self._arrived: deque[tuple[int, SoundCard | NoSoundCard]] = deque()
        self._card: SoundCard | None = None
        self._column = self._row = 0
        self._asked = 0
        self._told: list[MediaEvent] = []

    def open(self, microphone: str | None, speaker: str | None) -> None:
        """Open a card; one that is open already is closed first."""
        self.close()
        asked = self._asked

        def work() -> None:
            try:
                self._arrived.append((asked, self._open_card(microphone, speaker)))
            except NoSoundCard as error:
                self._arrived.append((asked, error))

        self._chores.do(work)

    def close(self) -> None:
        """Leave the matrix and let the card go; what ``speaker`` was set to hear is kept."""
        self._asked += 1  # a card that is still being opened comes too late
        card, self._card = self._card, None
        if card is None:
            return
        hears = self._bridge.row(SPEAKER)
        self._bridge.close_column(MICROPHONE)
        self._bridge.close_row(SPEAKER)
        self._bridge.set_row(SPEAKER, hears)
        self._chores.do(card.close)

    def events(self) -> list[MediaEvent]:
        """Return and forget what happened."""
        told, self._told = self._told, []
        return told

    def listen(self) -> None:
        """Lay the next 20 ms of the microphone into its column."""
        while self._arrived:
            self._take(*self._arrived.popleft())
        if self._card is not None:
            self._bridge.spoken[self._column] = self._card.hear()

    def _take(self, asked: int, arrived: SoundCard | NoSoundCard) -> None:
        if isinstance(arrived, NoSoundCard):
            if asked == self._asked:
                self._told.append(SoundFailed(str(arrived)))
            return
        if asked != self._asked:
            self._chores.do(arrived.close)
            return
        self._card = arrived
        self._column = self._bridge.open_column(MICROPHONE)
        self._row = self._bridge.open_row(SPEAKER)
        self._told.append(SoundOpened(arrived.microphone, arrived.speaker))

    def talk(self, heard: npt.NDArray[np.float32]) -> None:
        """Give the speaker what its row hears."""
        if self._card is not None:
            self._card.say(heard[self._row])

    def check(self) -> None:
        """Notice a card that was pulled out."""
        why = None if self._card is None else self._card.broken()
        if why is not None:
            self.close()
            self._told.append(SoundFailed(why))
