"""From an application to its decision, to who looks at it, and to what became of it."""
