"""The callers: why a customer calls and how the customer's mind moves."""
