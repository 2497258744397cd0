"""The whole API held against its own description, by Schemathesis, in rounds.

Each round starts a service of its own, puts something of everything into it (`benchmarks.stocked`),
and lets Schemathesis' engine send what it makes up from the description in its phases: documented
examples, the edges of every schema, generated cases both right and wrong, and sequences in which
one answer leads to the next request. No answer may be a fault of ours, and each must be one that
the description has: its status, its media type, its headers, its schema.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import json
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import schemathesis
from schemathesis import Case, Response, hooks
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from benchmarks import champions
from benchmarks.nursery import Nursery
from benchmarks.stocked import LENDER, Stocked, stocked
from lumbung.cli import progress
from serving.api.examples import LINES, example
from training.tracking import Tracker

PHASES: Final = ("examples", "coverage", "fuzzing", "stateful")
SAME: Final = ("examples", "coverage")

EXAMPLES: Final = 150
"""Cases that a round generates of each operation, beside those of the other phases."""

CHECKS: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)

KNOWN: Final = 0.7
"""Share of the names in an address that are of something there is."""

LEAVES: Final = {
    *("businesses_erase", "businesses_withdraw", "businesses_forget", "programmes_leave"),
    *("keys_revoke", "keys_rotate", "webhooks_remove", "cases_answer", "jobs_cancel"),
    "uploads_cancel",
}
"""After these there is less to ask for."""

KNOWN_LEAVES: Final = 0.1
"""The same share where what is named is taken away."""

AS_DOCUMENTED: Final = 0.2
"""Share of the bodies that are the documented example."""

KEY: Final = 0.97
"""Share of the requests that show a key."""

GONE: Final = "00000000"
"""The prefix of a key that there is not."""

FORGOTTEN: Final = {"products_shelf", "programmes_shelf", "ledger_entries"}
"""Operations whose answers name what is not the caller's own, or too much."""

Count = Callable[[int], None]


@schemathesis.serializer(LINES)
def lines(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """Send a text as it is."""
    del context
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.deserializer(LINES)
def text(context: schemathesis.DeserializationContext, response: Response) -> str:
    """Read lines as the text that they are: a single one is JSON too, and would be taken for it."""
    del context
    return response.text


@dataclass
class Found:
    """What came of cases.

    Args:
        cases: operation → first digit of the status and two x → how many.
        phases: phase → how many.
        failures: what did not conform, each said once.
        errors: what Schemathesis itself could not do, each said once.
    """

    cases: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    phases: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """Return how many cases were answered."""
        return sum(each.total() for each in self.cases.values())

    def add(self, other: dict[str, Any]) -> None:
        """Add what another found, as JSON has it."""
        for operation, counts in other["cases"].items():
            self.cases[operation].update(counts)
        self.phases.update(other["phases"])
        self.failures.update(other["failures"])
        self.errors.update(other["errors"])


def described(
    server: Nursery,
    cases: int,
    kept: Path | None = None,
    *,
    seed: int = 0,
    each: int = EXAMPLES,
    phases: Sequence[str] = PHASES,
) -> Found:
    """Send so many cases or more, in whole rounds; return what came of them.

    Args:
        server: where servers come from.
        cases: how many.
        kept: a file with a line for each round; those that are there are not done again.
        seed: of the first round, each later one has the next.
        each: cases that a round generates of each operation.
        phases: of Schemathesis; those that send the same each time are left to the first round.
    """
    found, rounds = Found(), 0
    for line in kept.read_text("utf-8").splitlines() if kept and kept.exists() else ():
        found.add(json.loads(line))
        rounds += 1
    with tempfile.TemporaryDirectory() as home, progress("cases") as step:
        registry = _registry(Path(home))
        while found.total < cases:
            told = functools.partial(_tell, step, found.total, cases)
            of = [name for name in phases if not (rounds and name in SAME)]
            settings = _settings(seed + rounds, each, of)
            new = vars(_round(server, registry, settings, told))
            found.add(new)
            rounds += 1
            if kept is not None:
                with kept.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(new) + "\n")
    return found


def _tell(step: Callable[[str, int, int], None], before: int, of: int, now: int) -> None:
    step("", min(before + now, of), of)


def _registry(home: Path) -> Path:
    """Make a registry whose champion takes nobody for unlike others, and few for a risk."""
    tracker = Tracker(f"sqlite:///{home}/mlflow.db", home / "mlartifacts")
    champions.register(tracker, 1, novelty=None, priors={LENDER: -6.0})
    tracker.promote(1)
    return home / "mlflow.db"


def _round(server: Nursery, registry: Path, settings: dict[str, Any], count: Count) -> Found:
    found = Found()
    with tempfile.TemporaryDirectory() as home, stocked(server, Path(home), registry) as stock:
        config = SchemathesisConfig.from_dict(settings)
        schema = schemathesis.openapi.from_url(f"{server.url}/openapi.json", config=config)
        sender = Sender(stock, found, random.Random(settings["seed"]), count)  # noqa: S311  nothing secret
        with _sending(sender):
            for event in from_schema(schema).execute():
                _note(event, found)
    return found


def _settings(seed: int, each: int, phases: Sequence[str]) -> dict[str, Any]:
    """Return the settings of a round."""
    checks = {"enabled": False, **{name: {"enabled": True} for name in CHECKS}}
    return {
        "seed": seed,
        "checks": checks,
        "continue-on-failure": True,
        "generation": {"max-examples": each, "no-shrink": True},
        "phases": {name: {"enabled": name in phases} for name in PHASES},
    }


@dataclass(frozen=True)
class Sender:
    """Makes requests ones that may be answered well, and counts the answers.

    Args:
        stock: what there is to ask for.
        found: what is counted.
        chance: decides.
        count: is told how many there are.
    """

    stock: Stocked
    found: Found
    chance: random.Random
    count: Count

    def before_call(self, context: Any, case: Case[Any], kwargs: Any) -> None:
        """Show the key of who may ask, mostly, and name what there is, mostly."""
        del context, kwargs
        operation = _id(case)
        if self.chance.random() < KEY:
            key = self.chance.choice(self.stock.may(operation))
            case.headers["Authorization"] = f"Bearer {key}"
        if self.chance.random() < AS_DOCUMENTED:
            case.body = copy.deepcopy(example(operation, str(case.media_type))) or case.body
        share = KNOWN_LEAVES if operation in LEAVES else KNOWN
        self._name(case.path_parameters, share)
        self._name(case.body, share)
        if "prefix" in case.path_parameters and self.stock.own(case.path_parameters["prefix"]):
            case.path_parameters["prefix"] = GONE  # or there would soon be no key to ask with
        right = self.stock.right[operation]
        if right and self.chance.random() < (share if operation in LEAVES else KNOWN):
            case.path_parameters.update(self.chance.choice(right))
            case.body = self.stock.bodies.get(operation, case.body)

    def _name(self, value: Any, share: float) -> None:
        if isinstance(value, list):
            for one in value:
                self._name(one, share)
        elif isinstance(value, dict):
            for name, its in value.items():
                if self.stock.names.get(name) and self.chance.random() < share:
                    value[name] = self.chance.choice(self.stock.names[name])
                else:
                    self._name(its, share)

    def after_call(self, context: Any, case: Case[Any], response: Response) -> None:
        """Count the answer, and remember what it names."""
        del context
        operation = _id(case)
        self.found.cases[operation][f"{response.status_code // 100}xx"] += 1
        self.count(self.found.total)
        if response.status_code < HTTPStatus.BAD_REQUEST and operation not in FORGOTTEN:
            with contextlib.suppress(ValueError):
                # not `response.json()`, which would keep a single line as what it may be read as
                self._remember(operation, case, json.loads(response.content))

    def _remember(self, operation: str, case: Case[Any], answer: Any) -> None:
        self.stock.remember(answer)
        if "_propose" in operation:
            waiting = self.stock.right[operation.replace("propose", "verify")]
            for other in [of for of in waiting if case.path_parameters.items() <= of.items()]:
                waiting.remove(other)  # a newer proposal has taken its place
            waiting.append({**case.path_parameters, "number": answer["version"]})


@contextlib.contextmanager
def _sending(sender: Sender) -> Iterator[None]:
    """Let a sender see all requests and answers; Schemathesis knows such hooks for all at once."""
    for hook in (sender.before_call, sender.after_call):
        schemathesis.hook(hook.__name__)(functools.partial(hook))
    try:
        yield
    finally:
        hooks.unregister_all()


def _id(case: Case[Any]) -> str:
    return str(case.operation.definition.raw["operationId"])


def _note(event: events.EngineEvent, found: Found) -> None:
    """Note what did not conform, and what Schemathesis could not do."""
    if isinstance(event, events.ScenarioFinished):
        found.phases[event.phase.value] += len(event.recorder.interactions)
        for checks in event.recorder.checks.values():
            for check in checks:
                if check.failure_info is not None:
                    failure = check.failure_info.failure
                    said = f"{failure.operation}: {failure.title}: {failure.message}"
                    found.failures[f"{said}\n{check.failure_info.code_sample}"] += 1
    elif isinstance(event, events.NonFatalError):
        found.errors[f"{event.label}: {event.value!r}"] += 1
    elif isinstance(event, events.FatalError):
        found.errors[f"{event.exception!r}"] += 1


def table(found: Found) -> Iterator[str]:
    """Give the counts, a line for each operation."""
    classes = ("2xx", "3xx", "4xx", "5xx")
    yield f"{'operation':34}" + "".join(f"{name:>8}" for name in classes)
    for operation, counts in sorted(found.cases.items()):
        yield f"{operation:34}" + "".join(f"{counts[name]:8,}" for name in classes)
