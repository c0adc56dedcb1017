"""The skins that carry SIP: UDP, TCP and TLS for the world, loopback for the stories."""
