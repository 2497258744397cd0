"""Work behind the answers."""
