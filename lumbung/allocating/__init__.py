"""From a data set to a pool, and from an allocation to files and words: `lumbung allocate`."""
