"""What the owner of a business may ask of what is kept, and what the law asks of us."""
