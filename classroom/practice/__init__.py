"""What makes a practice call happen: session, customer, carrier, witness."""
