"""From loans to a model: trees, calibration, shifts and ranges."""
