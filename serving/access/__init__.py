"""Who may do what, how often, and what was read by whom."""
