"""The business systems that agents work in."""
