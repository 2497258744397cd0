"""Data sets, import, simulator, splits, fit, evaluation, gates, the registry's writer."""
