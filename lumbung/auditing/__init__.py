"""From a table of decisions to cases, and from a study of them to files: `lumbung audit`."""
