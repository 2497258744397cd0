"""What may be claimed of Lumbung, and the pack that shows it to whoever must answer for it."""
