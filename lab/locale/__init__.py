"""The catalogues of ``lab.words``, one TOML file a language."""
