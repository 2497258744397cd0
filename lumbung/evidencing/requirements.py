"""The page of what is asked and where it is answered, of no model: it lies in docs/evidence/."""

from __future__ import annotations

import jinja2

from lumbung.evidencing.claims import ANSWERS, KNOWN, catalogue


def page() -> str:
    """Return the page as Markdown."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("lumbung", "evidencing"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701  Markdown, of our own words
    )
    template = made.get_template("requirements.md.j2")
    return template.render(catalogue=catalogue(), answers=ANSWERS, how=KNOWN).rstrip() + "\n"
