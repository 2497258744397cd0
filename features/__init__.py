"""What a record is, what was known when, and every feature, written once."""
