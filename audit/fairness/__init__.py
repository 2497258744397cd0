"""How groups of applicants fare: gaps with intervals, and the size below which nothing is said."""
