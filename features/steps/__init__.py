"""What a person can do about a feature, each act as what it changes in the records."""
