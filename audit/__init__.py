"""What a decision record holds, and how it is checked."""
