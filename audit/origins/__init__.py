"""Where a gap comes from: what carries it, what tells a group, what is left at the same risk."""
