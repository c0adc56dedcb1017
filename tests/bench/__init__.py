"""Measurements: CPU per call, per packet, per turn, each beside a baseline of the same run."""
