"""What a risk model is: score, calibrate, scale, explain, save and load."""
