"""The server's side of the door."""
