"""How trees are grown, and how a recipe for it is found."""
