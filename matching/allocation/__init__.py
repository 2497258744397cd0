"""Programme-wide allocation: lenders' budgets, spent so that they do the most good."""
