"""The service: API, database and access."""
