"""The skins that carry SIP: UDP for the world, loopback for the stories."""
