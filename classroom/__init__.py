"""The server, where the rooms meet."""
