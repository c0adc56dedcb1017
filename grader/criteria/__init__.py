"""One module a family of criteria."""
