"""The stage: virtual time, loopback, screens, actors and peers that tests share."""
