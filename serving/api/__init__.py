"""The HTTP API: what it takes, what it gives, and its routes, one file of each for a resource."""
