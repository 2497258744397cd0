"""The words an applicant reads, in every language; written in ``wording/``.

One file holds a language whole, so that who translates it meets no code. A part of it holds words
by a code or a name:

- ``reasons``, ``strengths``: a sentence for each code, true of whatever feature leads it;
  ``groups``: what a code gathers, named neutrally;
- ``features``: a short label; ``facts``: a sentence with the person's own number, true in a reason
  and in a strength alike, where ``{value}`` is written in the feature's unit, ``{percent}`` as a
  share, ``{number}`` bare and ``{age}`` in years;
- ``until``: from when on a fact of the past counts no longer, by code or for any ``past``;
- ``requirements``: one fact against what a product asks, by the fact or by the fact and how it is
  held against it; ``unknown``: the same for a fact that nobody knows;
- ``causes``: why a result is not *eligible*, where no reason's code says it;
- ``results``, ``results_told``: a headline, and a sentence;
- ``steps``, ``helpers``: what to do, and who helps; ``promises``: what that would change;
- ``support``, ``support_about``, ``support_owners``, ``support_done``: of a programme its name,
  what it is, who runs it, and when it is done;
- ``documents``, ``sources``, ``purposes``: names;
- ``contracts``, ``prices``, ``terms``, ``periods``, ``states``: of a product what its contract and
  its price are called, how it is repaid and how often, and where it stands;
- ``figures``, ``notes``: forms and sentences that stand by themselves;
- ``answers``: why an officer answered a case as they did;
- ``sms``: all of the above in a few words;
- ``signals``: what a raised hand asks an officer to look at; never for an applicant;
- ``outcomes``: what an application got in a programme, and why not something else;
- ``allocation``: what officials read of a programme's allocation; ``fairness``: of an audit;
  ``editions``: of what is told of a period that is over;
- ``versions``: of what a second person verifies, where it stands and what went wrong;
- ``page``, ``notice``, ``staff``, ``portal``, ``officials``, ``account``: what stands on the
  pages around all this.
"""

from __future__ import annotations

import functools
import importlib.resources
import tomllib
from typing import Final, Literal

LANGUAGES: Final = ("id", "en")

Part = Literal[
    "reasons",
    "strengths",
    "groups",
    "features",
    "facts",
    "until",
    "requirements",
    "unknown",
    "causes",
    "results",
    "results_told",
    "steps",
    "helpers",
    "promises",
    "support",
    "support_about",
    "support_owners",
    "support_done",
    "documents",
    "contracts",
    "prices",
    "terms",
    "periods",
    "states",
    "sources",
    "purposes",
    "figures",
    "notes",
    "answers",
    "sms",
    "signals",
    "page",
    "notice",
    "staff",
    "outcomes",
    "allocation",
    "fairness",
    "editions",
    "values",
    "versions",
    "portal",
    "officials",
    "account",
]


@functools.cache
def wording(language: str) -> dict[str, dict[str, str]]:
    """Return a language's words: part → code or name → words."""
    file = importlib.resources.files("serving") / "wording" / f"{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def said(part: Part, code: str) -> dict[str, str]:
    """Return what is said for a code, or by a name: language → words."""
    return {language: wording(language)[part][code] for language in LANGUAGES}
