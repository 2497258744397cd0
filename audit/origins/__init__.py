"""Where a gap comes from: which reasons carry it, what is left at the same risk, what if."""
