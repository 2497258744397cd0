"""What officials are shown of a closed period: from what is kept to numbers, and what is told."""
