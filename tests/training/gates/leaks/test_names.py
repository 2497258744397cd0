"""A name that speaks of what comes after the outcome is known for it; others are left alone."""

from __future__ import annotations

import pytest

from features.catalogue import NAMES
from training.gates.leaks.names import AFTER_THE_OUTCOME, written_after

TELLING = {
    "ChgOffDate": "a write-off",
    "ChgOffPrinGr": "a write-off",
    "CHARGE-OFF amount": "a write-off",
    "written_off": "a write-off",
    "writeoff": "a write-off",
    "hapus_buku": "a write-off",
    "tgl_dihapusbuku": "a write-off",
    "recoveries": "a recovery",
    "RecoveryAmount": "a recovery",
    "default_date": "a default",
    "date of default": "a default",
    "tanggal_macet": "a default",
    "BalanceGross": "what is left of the loan",
    "outstanding_balance": "what is left of the loan",
    "sisaPokok": "what is left of the loan",
    "DisbursementDate": "a disbursement",
    "disbursed_at": "a disbursement",
    "tgl_pencairan": "a disbursement",
    "MIS_Status": "how the loan ended",
    "LOAN_STATUS": "how the loan ended",
    "paid_in_full": "how the loan ended",
    "pelunasan": "how the loan ended",
    "days_past_due_after_12m": "days past due after the loan",
    "dpd_on_book": "days past due after the loan",
}

HONEST = (
    *("ApprovalFY", "NoEmp", "NewExist", "CreateJob", "RetainedJob", "UrbanRural", "GrAppv"),
    *("SBA_Appv", "FranchiseCode", "RevLineCr", "LowDoc", "NAICS", "Term", "status", "duration"),
    *("credit_history", "number_credits", "other_debtors", "savings", "checking_balance"),
    *("days_past_due_now", "pendapatan", "discharge_point", "defaulter_parents", "recoverable_tax"),
    *("account_balance", "lama_usaha", "employment_status", "kolektibilitas", "chg", "off"),
)


@pytest.mark.parametrize(("name", "what"), TELLING.items())
def test_a_name_that_speaks_of_what_comes_after_is_known_for_it(name: str, what: str) -> None:
    assert written_after(name) == what


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_name_is_left_alone(name: str) -> None:
    assert written_after(name) is None


def test_no_feature_of_the_catalogue_is_suspect_by_its_name() -> None:
    assert [name for name in NAMES if written_after(name)] == []


def test_every_line_of_the_list_is_met_by_an_example() -> None:
    assert set(TELLING.values()) == set(AFTER_THE_OUTCOME)
