"""docs/products.md: what each field of a product means, and the example products as they stand.

Nothing on the page is written twice: what a field means is its record's own docstring, what a rule
may ask is what it is checked by, and the examples are read from their files.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from matching.applicant import DOCUMENTS
from matching.fee import Fee
from matching.product import Lender, Product
from matching.rule import OPS, Record, Relaxation, Rule
from matching.shelf import load_products
from serving.telling import product_words
from serving.telling.words import wording

ON: Final = date(2026, 11, 24)
"""The day on which the states of the examples are told."""

LANGUAGE: Final = "en"

ENTRY: Final = re.compile(r"^    ((?:\w+, )*\w+): (.*)$")
"""A line that begins what a docstring says of one or several fields."""

TOP: Final = """\
# Products

A product is a dated, cited, verified record of the terms on which a lender lends. It stands in a
YAML file of its lender, or comes from the lender through the API. Terms that are expired or that
nobody has verified are shown to lenders and officials and never offered; examples are offered in a
demonstration only ([why](decisions/0010-example-products.md)). Why a record says what it says, and
no more, is [a decision](decisions/0031-product-records.md).

## Write a product file

```yaml
lender:
  id: granary
  name: Granary
  kind: cooperative

products:
  - product_id: seed
    name: Seed
    scheme: Seed
    contract: conventional
    amount_min: 1_000_000
    amount_max: 50_000_000
    price_kind: effective
    rate: "0.06"
    fees:
      - {name: provisi, kind: percent, value: "0.01"}
    tenor_min: 3
    tenor_max: 36
    repayment: annuity
    eligibility:
      - field: months_running
        op: at_least
        value: 6
        relaxed: {document: training, value: 3}
        reason_code: R06
        citation: the lender's letter of 2 January 2026
    collateral: none
    effective_from: 2026-01-01
    effective_to: 2026-12-31
    source: the lender's letter of 2 January 2026
    verified_by: an officer
    verified_at: 2026-01-05
    example: false
```

`lumbung products FILE` says in which state each product is, and of a file that cannot be used all
that is wrong, line by line. Rates and shares are text in quotes, so that they are exact. Fees and
deposits are said as they are, never folded into the price.

"""


def page() -> str:
    """Return the page."""
    return TOP + "\n".join(
        [
            "## The lender\n\n" + _fields(Lender),
            "## A product\n\n" + _fields(Product),
            "## A fee\n\n" + _fields(Fee),
            "## A rule\n\n" + _fields(Rule),
            "## An easier value\n\n" + _fields(Relaxation),
            "## What a rule may ask\n\n" + _facts(),
            "## Documents\n\n" + _documents(),
            f"## The examples on {ON:%-d %B %Y}\n\n" + _examples(),
        ]
    )


def meanings(record: type[Record]) -> dict[str, str]:
    """Return what each field of a record means, as its docstring says; some share an entry."""
    said: dict[str, str] = {}
    entry = ""
    for line in (inspect.getdoc(record) or "").partition("Args:\n")[2].splitlines():
        found = ENTRY.match(line)
        entry = found[1] if found else entry
        more = found[2] if found else line.strip()
        said[entry] = f"{said.get(entry, '')} {more}".strip()
    return {name: _in_yaml(text) for names, text in said.items() for name in names.split(", ")}


def _in_yaml(text: str) -> str:
    """Return what a docstring says, in the words of a file."""
    return text.replace("``", "`").replace("None", "`null`")


def _fields(record: type[Record]) -> str:
    said = meanings(record)
    rows = (
        (f"`{name}`", said[name], "yes" if field.is_required() else _default(field.default))
        for name, field in record.model_fields.items()
    )
    return _table(("field", "meaning", "has to be there"), rows)


def _default(value: object) -> str:
    """Return what holds where a field is left out."""
    return "no" if value is None or value in ((), "") else f"no; else `{value}`"


def _facts() -> str:
    rows = ((f"`{fact}`", ", ".join(f"`{op}`" for op in ops)) for fact, ops in OPS.items())
    return _table(("fact", "held against the value by"), rows)


def _documents() -> str:
    words = wording(LANGUAGE)["documents"]
    return _table(("name", "document"), ((f"`{name}`", words[name]) for name in sorted(DOCUMENTS)))


def _examples() -> str:
    rows = (
        (
            f"`{one.product_id}`",
            one.lender.name,
            product_words.terms(one, LANGUAGE),
            product_words.amounts(one, LANGUAGE),
            product_words.tenors(one, LANGUAGE),
            wording(LANGUAGE)["states"][one.state(ON)].lower(),
            f"{one.effective_from} to {one.effective_to}",
            one.source,
            one.note.removeprefix("example, verify: "),
        )
        for one in load_products()
    )
    columns = ("product", "lender", "terms", "amount", "tenor", "state", "holds", "source")
    return _table((*columns, "to verify"), rows)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
