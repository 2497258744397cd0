"""What lenders and officials put on the shelf, and how programmes are spent."""
