"""What an applicant reads, in words."""
