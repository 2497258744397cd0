"""Foreign files become a data set, by a mapping."""
