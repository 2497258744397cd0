"""What is kept here of a business, and what its owner agreed to."""
