"""Data sets, simulator, splits, fit, evaluation, gates and the model registry's writer."""
