"""Engines: every way to make the feature table of a data set, around one kernel."""
