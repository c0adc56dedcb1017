"""The two languages; a module of their own, for words are needed where no model is."""

from __future__ import annotations

from typing import Literal, TypeAlias

Lang: TypeAlias = Literal["zh", "en"]
