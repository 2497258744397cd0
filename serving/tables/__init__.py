"""The tables of the service; `serving/migrations` makes them and changes them."""

from serving.tables import protected as _protected  # noqa: F401  it is a table, and nobody's here
from serving.tables.access import AccountRow, RecoveryRow
from serving.tables.applicants import CaseRow, LinkRow, SessionRow, WithdrawalRow
from serving.tables.base import Base, Instant
from serving.tables.claims import ClaimRow
from serving.tables.decisions import DecisionRow, ShadowScore
from serving.tables.editions import EditionRow
from serving.tables.jobs import JobPartRow, JobResultRow, JobRow, Leased
from serving.tables.ledger import BusinessKey, CheckpointRow, HeadRow, LedgerRow
from serving.tables.lenders import LenderAnswerRow
from serving.tables.partners import ApiKey, Partner
from serving.tables.programmes import AllocationRow, EntryRow, OutcomeRow, VersionRow
from serving.tables.records import BusinessRow, ChunkRow, ConsentRow
from serving.tables.repayments import RepaymentRow
from serving.tables.rules import RulePart
from serving.tables.switches import SwitchRow
from serving.tables.trail import AccessRow
from serving.tables.uploads import RejectedRow, StagedRow, UploadPartRow, UploadRow
from serving.tables.webhooks import AttemptRow, DeliveryRow, WebhookRow

__all__ = [
    "AccessRow",
    "AccountRow",
    "AllocationRow",
    "ApiKey",
    "AttemptRow",
    "Base",
    "BusinessKey",
    "BusinessRow",
    "CaseRow",
    "CheckpointRow",
    "ChunkRow",
    "ClaimRow",
    "ConsentRow",
    "DecisionRow",
    "DeliveryRow",
    "EditionRow",
    "EntryRow",
    "HeadRow",
    "Instant",
    "JobPartRow",
    "JobResultRow",
    "JobRow",
    "Leased",
    "LedgerRow",
    "LenderAnswerRow",
    "LinkRow",
    "OutcomeRow",
    "Partner",
    "RecoveryRow",
    "RejectedRow",
    "RepaymentRow",
    "RulePart",
    "SessionRow",
    "ShadowScore",
    "StagedRow",
    "SwitchRow",
    "UploadPartRow",
    "UploadRow",
    "VersionRow",
    "WebhookRow",
    "WithdrawalRow",
]
