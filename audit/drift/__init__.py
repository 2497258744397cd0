"""Whether applicants, loans and the model's answers still are what they were, and how surely."""
