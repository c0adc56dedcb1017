"""The load lab: many callers at once, and what the switchboard made of them."""
