"""What may come in, read as strictly as a file, and what is wrong with it."""
