"""The front door: what people run."""
