"""What owners told of themselves for the fairness audit: held apart, and read for nothing else."""
