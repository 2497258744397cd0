"""What decides: the champion and all beside it, followed while the service runs."""
