"""The way in, from both sides: the API, its models and its client."""
