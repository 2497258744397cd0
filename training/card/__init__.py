"""The model card: what a model is for, what it is worth, and where it must not be used."""
