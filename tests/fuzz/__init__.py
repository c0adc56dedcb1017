"""Broken input by the hundred thousand: ``python -m tests.fuzz.NAME [COUNT] [SEED]``."""
