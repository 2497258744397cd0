"""Products, price, affordability, eligibility and ranking."""
