"""Personal data sealed for each business, and a ledger of what was done.

What was kept before is sealed, and entered at its own time, in the same transaction. It takes the
master key, but only where there is something to seal.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

from features.errors import Refused
from serving.ledger import evidence
from serving.store.database import may_write
from serving.ledger.entering import enter
from serving.store.sealed import Erased, place, seal, seal_beside, unseal
from serving.tables import Instant

revision = "0005"
down_revision = "0004"

TIME = sa.DateTime(timezone=True)


def table(name: str, plain: str, times: str = "") -> Any:
    """Return a table as it stands in this migration."""
    return sa.table(
        name,
        *(sa.column(each) for each in plain.split()),
        *(sa.column(each, Instant()) for each in times.split()),
    )


DECISIONS = table(
    "decisions", "decision_id partner_id business_id record_before sealed", "decided_at"
)
CASES = table(
    "cases",
    "case_id decision_id partner_id kind about recommended wrote_before wrote officer outcome "
    "reason_code note_before note",
    "opened_at answered_at",
)
ENTRIES = table("entries", "entry_id decision_id partner_id groups_before groups")
OUTCOMES = table("outcomes", "programme_id number decision_id partner_id record_before record")
VERSIONS = table(
    "versions",
    "kind name number partner_id record proposed_key proposed_by verified_key verified_by",
    "proposed_at verified_at",
)
ALLOCATIONS = table(
    "allocations",
    "programme_id number partner_id made_by digest inputs result overview",
    "made_at",
)


class Sealed(NamedTuple):
    """A column that is sealed from now on: of a table, its name before, its primary key."""

    of: Any
    column: str
    text: str
    key: tuple[str, ...]

    @property
    def before(self) -> str:
        """Return the name of the column with the text while both are there."""
        return f"{self.text}_before"

    def place(self, row: Any) -> str:
        """Return the place of a row's column."""
        return place(self.of.name, self.column, *(getattr(row, name) for name in self.key))

    def write(self, session: Session, row: Any, column: str, value: Any) -> None:
        """Write a value into a column of a row."""
        its = [self.of.c[name] == getattr(row, name) for name in self.key]
        session.execute(sa.update(self.of).where(*its).values({column: value}))


OF_DECISIONS = Sealed(DECISIONS, "sealed", "record", ("decision_id",))
BESIDE = (
    Sealed(CASES, "wrote", "wrote", ("case_id",)),
    Sealed(CASES, "note", "note", ("case_id",)),
    Sealed(ENTRIES, "groups", "groups", ("entry_id",)),
    Sealed(OUTCOMES, "record", "record", ("programme_id", "number", "decision_id")),
)
ALL = (OF_DECISIONS, *BESIDE)


def upgrade() -> None:
    """Make the ledger and the table of keys, seal what is personal, enter what was done."""
    tables()
    for one in ALL:
        op.execute(f"ALTER TABLE {one.of.name} RENAME COLUMN {one.text} TO {one.before}")
        add(one, one.column, sa.LargeBinary)
    with Session(op.get_bind()) as session:
        may_write(session)
        for row in rows(session, DECISIONS, "decision_id"):
            said = (OF_DECISIONS.place(row), row.record_before.encode())
            done = seal(session, row.partner_id, row.business_id, *said)
            OF_DECISIONS.write(session, row, "sealed", done)
        for one in BESIDE:
            for row in rows(session, one.of, *one.key):
                seal_one(session, one, row)
        enter_all(session)
    for one in ALL:
        op.drop_column(one.of.name, one.before)


def seal_one(session: Session, one: Sealed, row: Any) -> None:
    """Seal a column of a row with the key of its decision, if there is something in it."""
    text = getattr(row, one.before)
    if text is not None:
        its = DECISIONS.c.decision_id == row.decision_id
        beside = session.execute(sa.select(DECISIONS.c.sealed).where(its)).scalar_one()
        done = seal_beside(session, row.partner_id, one.place(row), text.encode(), beside)
        one.write(session, row, one.column, done)


def enter_all(session: Session) -> None:
    """Enter what was done before there was a ledger."""
    for row in rows(session, DECISIONS, "decided_at", "decision_id"):
        enter(session, "decision", *evidence.decided(row))
    for row in rows(session, CASES, "answered_at", "case_id"):
        if row.answered_at is not None:
            enter(session, "answer", *evidence.answered(row))
    for row in rows(session, VERSIONS, "verified_at", "kind", "name", "number"):
        if row.verified_at is not None:
            enter(session, "version", *evidence.verified(row))
    for row in rows(session, ALLOCATIONS, "made_at", "programme_id", "number"):
        enter(session, "allocation", *evidence.allocated(session, row))


def rows(session: Session, of: Any, *order: str) -> Iterator[Any]:
    """Yield the rows of a table in an order, a thousand at a time."""
    asked = sa.select(of).order_by(*(of.c[name] for name in order))
    start = 0
    while found := session.execute(asked.offset(start).limit(1000)).all():
        yield from found
        start += len(found)


def tables() -> None:
    """Make the ledger, empty, and the table of keys."""
    op.create_table(
        "ledger",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("partner_id", sa.String(64)),
        sa.Column("subject", sa.String(256), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("ledger_by_subject", "ledger", ["subject"])
    head = op.create_table(
        "ledger_head",
        sa.Column("one", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.bulk_insert(head, [{"one": 1, "number": 0, "hash": "0" * 64}])
    op.create_table(
        "business_keys",
        sa.Column("key_id", sa.String(32), primary_key=True),
        sa.Column(
            "partner_id", sa.String(64), sa.ForeignKey("partners.partner_id"), nullable=False
        ),
        sa.Column("business_id", sa.String(64)),
        sa.Column("wrapped", sa.LargeBinary),
        sa.Column("erased_at", TIME),
        sa.UniqueConstraint("partner_id", "business_id", name="one_key_per_business"),
    )


def add(one: Sealed, column: str, kind: type[sa.types.TypeEngine[Any]]) -> None:
    """Add a column beside the one there is; of a case it may be null."""
    may = one.of is CASES
    default = None if may else sa.text("''")
    op.add_column(one.of.name, sa.Column(column, kind, nullable=may, server_default=default))


def downgrade() -> None:
    """Write everything as it was, and drop the ledger; nothing of an erased business comes back."""
    for one in ALL:
        add(one, one.before, sa.Text)
    with Session(op.get_bind()) as session:
        for one in ALL:
            for row in rows(session, one.of, *one.key):
                if (done := getattr(row, one.column)) is not None:
                    one.write(session, row, one.before, opened(session, one, row, done))
        session.flush()
    for one in ALL:
        op.drop_column(one.of.name, one.column)
        op.execute(f"ALTER TABLE {one.of.name} RENAME COLUMN {one.before} TO {one.text}")
    for table_ in ("business_keys", "ledger_head", "ledger"):
        op.drop_table(table_)


def opened(session: Session, one: Sealed, row: Any, done: bytes) -> str:
    """Return what was sealed; refuses where nobody can open it."""
    try:
        return unseal(session, row.partner_id, one.place(row), done).decode()
    except Erased as error:
        raise Refused(
            found="data of an erased business",
            expected="only data that can be opened, for what comes before sealing",
            hint="Stay at this revision or a later one.",
            code="no-way-back",
        ) from error
