"""What lenders are told, and how it reaches them."""
