"""Our recipe against its peers, in the same folds, on any table."""
