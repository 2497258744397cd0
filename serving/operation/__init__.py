"""What who runs the service sees of it."""
