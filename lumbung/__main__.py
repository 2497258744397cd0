"""``python -m lumbung``."""

from lumbung.cli import main

main()
