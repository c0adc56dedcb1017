"""The school's queues: how they are set, how well they serve, what report tools read of them."""
