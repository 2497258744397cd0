"""What gives an outcome away: by its name, by what it says alone, by a regularity."""
