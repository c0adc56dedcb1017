"""The switchboard: calls, menus, queues and desks."""
