"""Where all is kept: the database, who writes to it, and what is sealed in it."""
