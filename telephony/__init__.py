"""The wire: carries a call from one mouth to another and knows nothing of teaching."""
