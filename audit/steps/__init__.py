"""Next steps: what was checked to change a result, or to widen the offers."""
