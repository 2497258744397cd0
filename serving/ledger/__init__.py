"""What was done, in a chain that shows each change of it, and the way to do it again."""
