"""RFC 3261 without sockets, clocks or dice."""
