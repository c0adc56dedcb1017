"""The notice at the first log-in: what is recorded, who may listen, until when."""

from __future__ import annotations

from classroom.door.lang import Lang

_WORDS: dict[Lang, str] = {
    "zh": (
        "您在本系统中的通话会被录音，并连同您的操作、评分一起保存，仅用于教学。您本人和您的教师可以收听和查看；"
        "教师可以在通话中旁听。录音与记录保存 {days} 天。同意后方可接听电话。"
    ),
    "en": (
        "Your calls in this system are recorded and kept with what you do on screen and your marks, "
        "for teaching only. You and your instructors may listen and read; an instructor may listen "
        "in during a call. Recordings and records are kept for {days} days. Agree to take calls."
    ),
}


def notice(lang: Lang, retention_days: int) -> str:
    """Write the notice in one language."""
    return _WORDS[lang].format(days=retention_days)


def agreement(retention_days: int) -> str:
    """Write what consent is given to: the notice in both languages."""
    return f"{notice('zh', retention_days)}\n{notice('en', retention_days)}"
