"""The media worker: a process of its own that decides who hears whom."""
