"""Words made comparable, and the small language of key words: ``a|b & c``."""

from __future__ import annotations

import re
import unicodedata

from scripts_library.model import Lang

_ZH_DIGITS = str.maketrans("零〇一二两三四五六七八九幺", "0012234567891")


def plain(text: str, lang: Lang) -> str:
    """Fold width, case and punctuation away; Chinese loses its spaces and 您 is 你."""
    folded = unicodedata.normalize("NFKC", text).lower()
    if lang == "zh":
        return re.sub(r"[\W_]+", "", folded).replace("您", "你").translate(_ZH_DIGITS)
    return " ".join(re.findall(r"\w+", folded.replace("'", "").replace("’", "")))


def _holds(word: str, text: str, lang: Lang) -> bool:
    if lang == "zh":
        return bool(wanted := plain(word, lang)) and wanted in text
    wanted = re.escape(plain(word, lang)) + (r"\w*" if word.strip().endswith("*") else "")
    return bool(plain(word, lang)) and re.search(rf"\b{wanted}\b", text) is not None


def contains(words: str, text: str, lang: Lang) -> bool:
    """Tell whether a text holds key words: one of each ``&`` group."""
    heard = plain(text, lang)
    return all(
        any(_holds(word, heard, lang) for word in group.split("|")) for group in words.split("&")
    )
