"""The words: what a good agent says."""
