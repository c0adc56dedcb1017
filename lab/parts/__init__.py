"""What the seat's and the console's screens share."""
