"""Columns that are filled in after the outcome, by their names, English and Indonesian.

A name is read word by word: ``ChgOffDate``, ``chg_off_date`` and ``CHG-OFF DATE`` are one. The list
is short on purpose. What it misses shows in what the column says (`training.gates.leaks.alone`).
"""

from __future__ import annotations

import re
from typing import Final

AFTER_THE_OUTCOME: Final = {
    "a write-off": (
        r"ch(ar)?ge? ?off|write ?(off|down)|written (off|down)|(di)?hapus ?(buku|tagih)"
        r"|penghapusan"
    ),
    "a recovery": r"recover(y|ies|ed)|foreclos\w*|reposs\w*|liquidat\w*|agunan (dilelang|terjual)",
    "a default": (
        r"(date|day|month|amount) (of )?default|default(ed)? (date|day|month|at|on|amount)"
        r"|tanggal macet|gagal bayar|wanprestasi"
    ),
    "what is left of the loan": (
        r"(gross|loan|outstanding|remaining|unpaid) (balance|principal)"
        r"|(balance|principal) (gross|outstanding|remaining|left)"
        r"|sisa (pokok|pinjaman|kredit|pembiayaan)"
    ),
    "a disbursement": r"disburse\w*|(di)?cair(kan)?|pencairan|realisasi (kredit|pembiayaan)",
    "how the loan ended": (
        r"(mis|loan|final|closing) status|status (akhir|pinjaman|kredit|pembiayaan)"
        r"|paid in full|(date|day) (closed|paid off)|(closed|paid off|payoff) (date|at|on)"
        r"|pelunasan|tanggal lunas"
    ),
    "days past due after the loan": (
        r"(days past due|dpd) (after|at|within|on book)|(future|later) (days past due|dpd|arrears)"
        r"|tunggakan (akhir|setelah)"
    ),
}
"""What a column is filled in with after the outcome → the words in its name that say so."""

_PATTERNS: Final = {
    what: re.compile(rf"\b(?:{pattern})\b") for what, pattern in AFTER_THE_OUTCOME.items()
}


def written_after(name: str) -> str | None:
    """Return what a column of this name speaks of that comes after the outcome; None if nothing."""
    words = _words(name)
    found = (what for what, pattern in _PATTERNS.items() if pattern.search(words))
    return next(found, None)


def _words(name: str) -> str:
    """Return the name's words in lower case, apart by single spaces."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[\W_]+", " ", name)
    return " ".join(apart.lower().split())
