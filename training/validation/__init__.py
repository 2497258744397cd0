"""What a model is worth on loans it never saw."""
