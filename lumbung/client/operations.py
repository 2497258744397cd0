"""The operations of the API, one method each.

Written by `make docs` from docs/openapi.json; change the API, not this file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, cast
from urllib.parse import quote

from lumbung.client import models
from lumbung.client.transport import Group, Transport, new_key


def _part(value: object) -> str:
    return quote(str(value), safe="")


class Decisions(Group):
    """Operations on decisions."""

    def apply(
        self,
        body: models.Application,
        *,
        idempotency_key: str | None = None,
    ) -> models.Decision:
        """Score an application by the records sent with it or kept here, and match it with products.

        The decision is on disk before this answers. An application is decided once: the same request
        sent again gets the same decision.
        """
        answer = self._send(
            "POST",
            "/v1/applications",
            headers={
                "Idempotency-Key": idempotency_key or new_key(),
            },
            body=body,
        )
        return cast(models.Decision, answer.json())

    def page(
        self,
        *,
        cursor: str | None = None,
        result: Literal['eligible', 'human_review', 'not_yet'] | None = None,
        grade: Literal['A', 'B', 'C', 'D', 'E', 'F'] | None = None,
        scorer: Literal['champion', 'rules'] | None = None,
        business_id: str | None = None,
        application_id: str | None = None,
        since: str | None = None,
        before: str | None = None,
    ) -> models.Decisions:
        """Return a page of your decisions in short, the newest first.

        A page is not changed by what is decided meanwhile: read on, and nothing comes twice.
        """
        answer = self._send(
            "GET",
            "/v1/decisions",
            query={
                "cursor": cursor,
                "result": result,
                "grade": grade,
                "scorer": scorer,
                "business_id": business_id,
                "application_id": application_id,
                "since": since,
                "before": before,
            },
        )
        return cast(models.Decisions, answer.json())

    def read(
        self,
        decision_id: str,
    ) -> models.Decision:
        """Return one of your own decisions as it was answered."""
        answer = self._send(
            "GET",
            f"/v1/decisions/{_part(decision_id)}",
        )
        return cast(models.Decision, answer.json())

    def explain(
        self,
        decision_id: str,
    ) -> models.Explanation:
        """Return one of your own decisions, and its points feature by feature.

        Feature by feature they are not kept, but computed again by what scored the decision, as long as
        it is still what decides.
        """
        answer = self._send(
            "GET",
            f"/v1/decisions/{_part(decision_id)}/explanation",
        )
        return cast(models.Explanation, answer.json())

    def link(
        self,
        decision_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Link:
        """Make a link and a code, by which the applicant reads one of your own decisions.

        Send them by two ways, such as the link in a message and the code by voice: the code is shown
        only here. Links made before end.
        """
        answer = self._send(
            "POST",
            f"/v1/decisions/{_part(decision_id)}/links",
            headers={
                "Idempotency-Key": idempotency_key or new_key(),
            },
        )
        return cast(models.Link, answer.json())

    def fits(
        self,
        decision_id: str,
    ) -> models.Fits:
        """Hold one of your own decisions against every product that may be offered today.

        Where one does not fit, the least change that makes it fit is tried by the matcher itself:
        another amount, another tenor, papers to bring. The risk is taken as it was assessed; ask again
        with the change for a new decision.
        """
        answer = self._send(
            "GET",
            f"/v1/decisions/{_part(decision_id)}/fits",
        )
        return cast(models.Fits, answer.json())

    def notice_pdf(
        self,
        decision_id: str,
        *,
        lang: Literal['id', 'en'] | None = None,
    ) -> bytes:
        """Return the notice of one of your own decisions, to print; the same bytes each time."""
        answer = self._send(
            "GET",
            f"/v1/decisions/{_part(decision_id)}/notice.pdf",
            query={
                "lang": lang,
            },
        )
        return answer.content

    def notice_txt(
        self,
        decision_id: str,
        *,
        lang: Literal['id', 'en'] | None = None,
    ) -> bytes:
        """Return the notice of one of your own decisions, as plain text."""
        answer = self._send(
            "GET",
            f"/v1/decisions/{_part(decision_id)}/notice.txt",
            query={
                "lang": lang,
            },
        )
        return answer.content

class Cases(Group):
    """Operations on cases."""

    def queue(
        self,
        *,
        cursor: str | None = None,
        state: Literal['open', 'answered'] | None = None,
    ) -> models.Cases:
        """Return a page of your cases, the first due first."""
        answer = self._send(
            "GET",
            "/v1/cases",
            query={
                "cursor": cursor,
                "state": state,
            },
        )
        return cast(models.Cases, answer.json())

    def summary(
        self,
    ) -> models.Summary:
        """Count your cases, how long they take, and how often the answer differs from the score."""
        answer = self._send(
            "GET",
            "/v1/cases/summary",
        )
        return cast(models.Summary, answer.json())

    def see(
        self,
        case_id: str,
    ) -> models.CaseSeen:
        """Return one of your cases with all that is known of it; from then on it has been seen."""
        answer = self._send(
            "GET",
            f"/v1/cases/{_part(case_id)}",
        )
        return cast(models.CaseSeen, answer.json())

    def answer(
        self,
        case_id: str,
        body: models.AnswerAsked,
        *,
        idempotency_key: str | None = None,
    ) -> models.Case:
        """Answer one of your cases, once. You are not bound by the score; say why in the reason.

        To answer an `erasure` with `erased` erases all that is kept with you about the business, in the
        same transaction; where a rule has you keep it, answer `kept` and name the rule in the note.
        """
        answer = self._send(
            "POST",
            f"/v1/cases/{_part(case_id)}/answer",
            headers={
                "Idempotency-Key": idempotency_key or new_key(),
            },
            body=body,
        )
        return cast(models.Case, answer.json())

class Keys(Group):
    """Operations on keys."""

    def listed(
        self,
    ) -> models.Keys:
        """Return all keys of yours, those that open nothing any more too."""
        answer = self._send(
            "GET",
            "/v1/keys",
        )
        return cast(models.Keys, answer.json())

    def issue(
        self,
        body: models.KeyAsked,
        *,
        idempotency_key: str | None = None,
    ) -> models.NewKey:
        """Make a key for a person or a program of yours. It is shown only here.

        It neither proposes nor verifies anything: that takes a key or an account from the operator.
        """
        answer = self._send(
            "POST",
            "/v1/keys",
            headers={
                "Idempotency-Key": idempotency_key or new_key(),
            },
            body=body,
        )
        return cast(models.NewKey, answer.json())

    def rotate(
        self,
        prefix: str,
        body: models.Overlap,
        *,
        idempotency_key: str | None = None,
    ) -> models.NewKey:
        """Make a key of the same person and scopes; the one before works on for a while, then ends."""
        answer = self._send(
            "POST",
            f"/v1/keys/{_part(prefix)}/rotate",
            headers={
                "Idempotency-Key": idempotency_key or new_key(),
            },
            body=body,
        )
        return cast(models.NewKey, answer.json())

    def revoke(
        self,
        prefix: str,
    ) -> None:
        """Take a key of yours back: it opens nothing from now on, nor do the sessions it opened."""
        self._send(
            "DELETE",
            f"/v1/keys/{_part(prefix)}",
        )

class Businesses(Group):
    """Operations on businesses."""

    def erase(
        self,
        business_id: str,
    ) -> models.Erased:
        """Destroy the key of all that is kept with you about a business; nobody can bring it back.

        Its decisions answer 410 from then on. Refused while a decision has to be kept, or while a case
        is open that the owner opened: answer that first.
        """
        answer = self._send(
            "DELETE",
            f"/v1/businesses/{_part(business_id)}",
        )
        return cast(models.Erased, answer.json())

    def put(
        self,
        business_id: str,
        body: models.BusinessAsked,
    ) -> models.BusinessVersion:
        """Keep what is known of a business. What was known before stays known for its time."""
        answer = self._send(
            "PUT",
            f"/v1/businesses/{_part(business_id)}",
            body=body,
        )
        return cast(models.BusinessVersion, answer.json())

    def read(
        self,
        business_id: str,
    ) -> models.BusinessVersion:
        """Return what is known of a business now."""
        answer = self._send(
            "GET",
            f"/v1/businesses/{_part(business_id)}",
        )
        return cast(models.BusinessVersion, answer.json())

    def export(
        self,
        business_id: str,
    ) -> models.Export:
        """Return all that is kept with you about a business, to answer an owner who asks for it.

        It is what the owner can take along by their link. What is withheld stands in it with the
        reason. That you took it stands in the trail, which the owner reads.
        """
        answer = self._send(
            "GET",
            f"/v1/businesses/{_part(business_id)}/export",
        )
        return cast(models.Export, answer.json())

    def page(
        self,
        *,
        cursor: str | None = None,
    ) -> models.Businesses:
        """Return a page of the businesses that you keep here, in order of their ids."""
        answer = self._send(
            "GET",
            "/v1/businesses",
            query={
                "cursor": cursor,
            },
        )
        return cast(models.Businesses, answer.json())

    def grant(
        self,
        business_id: str,
        body: models.ConsentAsked,
        *,
        idempotency_key: str | None = None,
    ) -> models.Consent:
        """Keep a consent of a business; the same one again is the one there is.

        Records that are kept here are used under a consent to their source and one to `scoring`.
        """
        answer = self._send(
            "POST",
            f"/v1/businesses/{_part(business_id)}/consents",
            headers={
                "Idempotency-Key": idempotency_key or new_key(),
            },
            body=body,
        )
        return cast(models.Consent, answer.json())

    def list_consents(
        self,
        business_id: str,
    ) -> models.Consents:
        """Return the consents of a business, those withdrawn too, the earliest first."""
        answer = self._send(
            "GET",
            f"/v1/businesses/{_part(business_id)}/consents",
        )
        return cast(models.Consents, answer.json())

    def withdraw(
        self,
        business_id: str,
        body: models.WithdrawalAsked,
        *,
        idempotency_key: str | None = None,
    ) -> models.Consents:
        """Let a business withdraw its consent to a source or a purpose, and to all by `scoring`.

        From now on it is not used: not even for an application as of an earlier time.
        """
        answer = self._send(
            "POST",
            f"/v1/businesses/{_part(business_id)}/withdrawals",
            headers={
                "Idempotency-Key": idempotency_key or new_key(),
            },
            body=body,
        )
        return cast(models.Consents, answer.json())

    def append(
        self,
        business_id: str,
        body: models.RecordsAsked,
    ) -> models.KeptAnswer:
        """Keep records of a business beside those there are, all of a request or none.

        A record sent again is kept once. What is known later, such as that a bill was paid, may be
        added to a record; with any other change it is refused.
        """
        answer = self._send(
            "POST",
            f"/v1/businesses/{_part(business_id)}/records",
            body=body,
            once=True,
        )
        return cast(models.KeptAnswer, answer.json())

    def count(
        self,
        business_id: str,
    ) -> models.Counts:
        """Return how many records are kept of each source, and from when to when."""
        answer = self._send(
            "GET",
            f"/v1/businesses/{_part(business_id)}/records",
        )
        return cast(models.Counts, answer.json())

    def forget(
        self,
        business_id: str,
        source: Literal['payments', 'orders', 'bills', 'books', 'invoices', 'credit', 'support', 'profile'],
    ) -> None:
        """Delete what is kept of a source. Decisions made of it stay."""
        self._send(
            "DELETE",
            f"/v1/businesses/{_part(business_id)}/records/{_part(source)}",
        )

class Products(Group):
    """Operations on products."""

    def shelf(
        self,
    ) -> models.Products:
        """Return your products by id, each with its versions that no newer one has replaced."""
        answer = self._send(
            "GET",
            "/v1/products",
        )
        return cast(models.Products, answer.json())

    def propose(
        self,
        product_id: str,
        body: dict[str, Any],
    ) -> models.ProductVersion:
        """Propose terms of a product of yours, new or there already.

        They wait for a second person, in the place of others that do. The very same terms proposed
        again by the same person are the version there is.
        """
        answer = self._send(
            "PUT",
            f"/v1/products/{_part(product_id)}",
            body=body,
        )
        return cast(models.ProductVersion, answer.json())

    def history(
        self,
        product_id: str,
    ) -> models.Products:
        """Return all versions of a product of yours, the oldest first; none where there is none."""
        answer = self._send(
            "GET",
            f"/v1/products/{_part(product_id)}/versions",
        )
        return cast(models.Products, answer.json())

    def verify(
        self,
        product_id: str,
        number: int,
        *,
        idempotency_key: str | None = None,
    ) -> models.ProductVersion:
        """Verify terms that a colleague proposed. They hold from now on, or from their first day."""
        answer = self._send(
            "POST",
            f"/v1/products/{_part(product_id)}/versions/{_part(number)}/verify",
            headers={
                "Idempotency-Key": idempotency_key or new_key(),
            },
        )
        return cast(models.ProductVersion, answer.json())

class Programmes(Group):
    """Operations on programmes."""

    def shelf(
        self,
    ) -> models.Programmes:
        """Return an official's own programmes, what waits too; a lender's are all that are open."""
        answer = self._send(
            "GET",
            "/v1/programmes",
        )
        return cast(models.Programmes, answer.json())

    def propose(
        self,
        programme_id: str,
        body: dict[str, Any],
    ) -> models.ProgrammeVersion:
        """Propose a programme of yours, new or there already. It waits for a second person."""
        answer = self._send(
            "PUT",
            f"/v1/programmes/{_part(programme_id)}",
            body=body,
        )
        return cast(models.ProgrammeVersion, answer.json())

    def history(
        self,
        programme_id: str,
    ) -> models.Programmes:
        """Return all versions of a programme of yours, the oldest first; none where there is none."""
        answer = self._send(
            "GET",
            f"/v1/programmes/{_part(programme_id)}/versions",
        )
        return cast(models.Programmes, answer.json())

    def verify(
        self,
        programme_id: str,
        number: int,
        *,
        idempotency_key: str | None = None,
    ) -> models.ProgrammeVersion:
        """Verify a programme that a colleague proposed. It is open from its first day on."""
        answer = self._send(
            "POST",
            f"/v1/programmes/{_part(programme_id)}/versions/{_part(number)}/verify",
            headers={
                "Idempotency-Key": idempotency_key or new_key(),
            },
        )
        return cast(models.ProgrammeVersion, answer.json())

    def list_budgets(
        self,
        programme_id: str,
    ) -> models.Budgets:
        """Return your budgets in a programme, by product, and those that wait."""
        answer = self._send(
            "GET",
            f"/v1/programmes/{_part(programme_id)}/budgets",
        )
        return cast(models.Budgets, answer.json())

    def propose_budget(
        self,
        programme_id: str,
        product_id: str,
        body: models.BudgetAsked,
    ) -> models.BudgetVersion:
        """Propose what is lent at most of a product of yours in a programme that is open.

        It waits for a second person, and is a limit of the programme from then on.
        """
        answer = self._send(
            "PUT",
            f"/v1/programmes/{_part(programme_id)}/budgets/{_part(product_id)}",
            body=body,
        )
        return cast(models.BudgetVersion, answer.json())

    def verify_budget(
        self,
        programme_id: str,
        product_id: str,
        number: int,
        *,
        idempotency_key: str | None = None,
    ) -> models.BudgetVersion:
        """Verify a budget that a colleague proposed. It is in force from now on."""
        answer = self._send(
            "POST",
            f"/v1/programmes/{_part(programme_id)}/budgets/{_part(product_id)}/versions/{_part(number)}/verify",
            headers={
                "Idempotency-Key": idempotency_key or new_key(),
            },
        )
        return cast(models.BudgetVersion, answer.json())

    def enter(
        self,
        programme_id: str,
        body: models.EntryAsked,
        *,
        idempotency_key: str | None = None,
    ) -> models.Entry:
        """Enter a decision of yours that speaks for a loan, whose owner agreed to take part.

        A later entry of the same business takes its place.
        """
        answer = self._send(
            "POST",
            f"/v1/programmes/{_part(programme_id)}/entries",
            headers={
                "Idempotency-Key": idempotency_key or new_key(),
            },
            body=body,
        )
        return cast(models.Entry, answer.json())

    def leave(
        self,
        programme_id: str,
        decision_id: str,
    ) -> None:
        """Let an application that you entered take no part any more, as its owner is free to.

        Allocations made before stay as they were.
        """
        self._send(
            "DELETE",
            f"/v1/programmes/{_part(programme_id)}/entries/{_part(decision_id)}",
        )

    def allocate(
        self,
        programme_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Allocation:
        """Spend the budgets of a programme of yours over all applications that take part in it.

        Each is held anew against the products in force today. The answer says how near to the best it
        is, proven, and what one more of each limit would do. It may take a minute.
        """
        answer = self._send(
            "POST",
            f"/v1/programmes/{_part(programme_id)}/allocations",
            headers={
                "Idempotency-Key": idempotency_key or new_key(),
            },
        )
        return cast(models.Allocation, answer.json())

    def made(
        self,
        programme_id: str,
    ) -> models.Allocations:
        """Return the allocations of a programme of yours, the oldest first."""
        answer = self._send(
            "GET",
            f"/v1/programmes/{_part(programme_id)}/allocations",
        )
        return cast(models.Allocations, answer.json())

    def read(
        self,
        programme_id: str,
        number: int,
    ) -> models.Allocation:
        """Return an allocation of a programme of yours as it was answered."""
        answer = self._send(
            "GET",
            f"/v1/programmes/{_part(programme_id)}/allocations/{_part(number)}",
        )
        return cast(models.Allocation, answer.json())

    def outcomes(
        self,
        programme_id: str,
        number: int,
        *,
        cursor: str | None = None,
    ) -> models.Outcomes:
        """Return what each application that you entered got, and why not something else."""
        answer = self._send(
            "GET",
            f"/v1/programmes/{_part(programme_id)}/allocations/{_part(number)}/outcomes",
            query={
                "cursor": cursor,
            },
        )
        return cast(models.Outcomes, answer.json())

    def funnel(
        self,
    ) -> models.NewestFunnel:
        """Return the funnel of the newest edition: of a period that is over, and never of today.

        Two looks at a number that moves would tell of the one who moved it. Numbers under ten are
        hidden, and so are others by which these could be found. Each application counts once, at the
        furthest stage it came to by the end of the period; `allocated` is of programmes.
        """
        answer = self._send(
            "GET",
            "/v1/funnel",
        )
        return cast(models.NewestFunnel, answer.json())

class Protected(Group):
    """Operations on protected."""

    def put(
        self,
        business_id: str,
        body: models.ProtectedAsked,
    ) -> models.Protected:
        """Keep what the owner told of themselves, in place of what they told before.

        Only under a consent to `fairness_audit` that stands. It is held apart and read by the audit
        alone, which tells of groups, never of a person; no score, offer or decision depends on it.
        """
        answer = self._send(
            "PUT",
            f"/v1/businesses/{_part(business_id)}/protected",
            body=body,
        )
        return cast(models.Protected, answer.json())

    def read(
        self,
        business_id: str,
    ) -> models.Protected:
        """Return what the owner told."""
        answer = self._send(
            "GET",
            f"/v1/businesses/{_part(business_id)}/protected",
        )
        return cast(models.Protected, answer.json())

    def forget(
        self,
        business_id: str,
    ) -> None:
        """Delete what the owner told, and the key it is sealed with. All else of them stays.

        To withdraw the consent to `fairness_audit`, or to `scoring`, does the same.
        """
        self._send(
            "DELETE",
            f"/v1/businesses/{_part(business_id)}/protected",
        )

class Uploads(Group):
    """Operations on uploads."""

    def begin(
        self,
        body: models.UploadAsked,
        *,
        idempotency_key: str | None = None,
    ) -> models.Upload:
        """Say which file of records is to come: at most 128 MiB, 1,000,000 rows, 512 MiB unpacked.

        Then send its parts, in any order and as often as it takes, and complete it.
        """
        answer = self._send(
            "POST",
            "/v1/uploads",
            headers={
                "Idempotency-Key": idempotency_key or new_key(),
            },
            body=body,
        )
        return cast(models.Upload, answer.json())

    def page(
        self,
        *,
        cursor: str | None = None,
    ) -> models.Uploads:
        """Return a page of your uploads, the newest first."""
        answer = self._send(
            "GET",
            "/v1/uploads",
            query={
                "cursor": cursor,
            },
        )
        return cast(models.Uploads, answer.json())

    def read(
        self,
        upload_id: str,
    ) -> models.Upload:
        """Return which parts of an upload are missing, then what came of its rows."""
        answer = self._send(
            "GET",
            f"/v1/uploads/{_part(upload_id)}",
        )
        return cast(models.Upload, answer.json())

    def cancel(
        self,
        upload_id: str,
    ) -> models.Upload:
        """Let a file go of which nothing is kept yet."""
        answer = self._send(
            "DELETE",
            f"/v1/uploads/{_part(upload_id)}",
        )
        return cast(models.Upload, answer.json())

    def put(
        self,
        upload_id: str,
        number: int,
        body: bytes | Iterator[bytes],
    ) -> None:
        """Send a part of a file. Sent again it takes the place of what was sent before."""
        self._send(
            "PUT",
            f"/v1/uploads/{_part(upload_id)}/parts/{_part(number)}",
            content=body,
        )

    def complete(
        self,
        upload_id: str,
    ) -> models.Upload:
        """Have a file read and kept, once all of it has come and is the very file.

        Each row is held against the schema that POST /v1/businesses/{business_id}/records has. Where
        more than one in twenty is wrong nothing is kept; else the others are, all of a business at
        once.
        """
        answer = self._send(
            "POST",
            f"/v1/uploads/{_part(upload_id)}/complete",
            once=True,
        )
        return cast(models.Upload, answer.json())

    def rejected(
        self,
        upload_id: str,
    ) -> bytes:
        """Return the first 10,000 rows that were not taken, in order, each with what is wrong."""
        answer = self._send(
            "GET",
            f"/v1/uploads/{_part(upload_id)}/rejected",
        )
        return answer.content

class Answers(Group):
    """Operations on answers."""

    def tell(
        self,
        decision_id: str,
        body: models.LenderAnswerAsked,
        *,
        idempotency_key: str | None = None,
    ) -> models.LenderAnswer:
        """Tell what you answered to an application that was decided on here: you decide, not we.

        An audit holds your answers beside the score, by groups of applicants. Answers are kept for
        ever; the latest counts, and the very same told again is kept once.
        """
        answer = self._send(
            "POST",
            f"/v1/decisions/{_part(decision_id)}/answers",
            headers={
                "Idempotency-Key": idempotency_key or new_key(),
            },
            body=body,
        )
        return cast(models.LenderAnswer, answer.json())

    def answered(
        self,
        decision_id: str,
    ) -> models.LenderAnswers:
        """Return what you answered to an application, the answer that counts at the end."""
        answer = self._send(
            "GET",
            f"/v1/decisions/{_part(decision_id)}/answers",
        )
        return cast(models.LenderAnswers, answer.json())

class Repayments(Group):
    """Operations on repayments."""

    def report(
        self,
        decision_id: str,
        body: models.RepaymentAsked,
        *,
        idempotency_key: str | None = None,
    ) -> models.Repayment:
        """Report how the loan stands that followed upon one of your decisions.

        Reports are kept for ever. What was wrong a newer one of the same `as_of` corrects; the very
        same report sent again is kept once.
        """
        answer = self._send(
            "POST",
            f"/v1/decisions/{_part(decision_id)}/repayments",
            headers={
                "Idempotency-Key": idempotency_key or new_key(),
            },
            body=body,
        )
        return cast(models.Repayment, answer.json())

    def reported(
        self,
        decision_id: str,
    ) -> models.Repayments:
        """Return your reports on one of your decisions, by the time they speak of."""
        answer = self._send(
            "GET",
            f"/v1/decisions/{_part(decision_id)}/repayments",
        )
        return cast(models.Repayments, answer.json())

    def report_all(
        self,
        body: models.RepaymentsAsked,
        *,
        idempotency_key: str | None = None,
    ) -> models.Repayments:
        """Report how loans stand that followed upon your decisions, all of a request or none."""
        answer = self._send(
            "POST",
            "/v1/repayments",
            headers={
                "Idempotency-Key": idempotency_key or new_key(),
            },
            body=body,
        )
        return cast(models.Repayments, answer.json())

    def months(
        self,
    ) -> models.RepaymentMonths:
        """Return how your loans fared beside what was said of them, by the month of the decision."""
        answer = self._send(
            "GET",
            "/v1/repayments/months",
        )
        return cast(models.RepaymentMonths, answer.json())

class Jobs(Group):
    """Operations on jobs."""

    def start(
        self,
        body: bytes | Iterator[bytes],
        *,
        idempotency_key: str | None = None,
    ) -> models.Job:
        """Take in a batch of at most 50,000 applications, to be decided behind the answers.

        Each is decided as if it were sent alone: once, whatever happens. An application that carries
        no records, but takes those kept here, makes a short line.
        """
        answer = self._send(
            "POST",
            "/v1/jobs",
            headers={
                "Idempotency-Key": idempotency_key or new_key(),
            },
            content=body,
        )
        return cast(models.Job, answer.json())

    def page(
        self,
        *,
        cursor: str | None = None,
    ) -> models.Jobs:
        """Return a page of your batches, the newest first."""
        answer = self._send(
            "GET",
            "/v1/jobs",
            query={
                "cursor": cursor,
            },
        )
        return cast(models.Jobs, answer.json())

    def read(
        self,
        job_id: str,
    ) -> models.Job:
        """Return how many lines of a batch of yours are done, and how many of them are bad."""
        answer = self._send(
            "GET",
            f"/v1/jobs/{_part(job_id)}",
        )
        return cast(models.Job, answer.json())

    def result(
        self,
        job_id: str,
    ) -> bytes:
        """Return what came of the lines done so far, in the order sent: a decision or a problem each.

        Read it as it comes: it may be long. Each decision in it is one that you were told of.
        """
        answer = self._send(
            "GET",
            f"/v1/jobs/{_part(job_id)}/result",
        )
        return answer.content

    def cancel(
        self,
        job_id: str,
    ) -> models.Job:
        """Let the applications of a batch that wait go undecided. Decisions made stay."""
        answer = self._send(
            "POST",
            f"/v1/jobs/{_part(job_id)}/cancel",
            once=True,
        )
        return cast(models.Job, answer.json())

class Ledger(Group):
    """Operations on ledger."""

    def head(
        self,
    ) -> models.LedgerHead:
        """Return the number and the hash of the last entry, whosever it is.

        Keep it: an entry before it can no longer be changed without showing.
        """
        answer = self._send(
            "GET",
            "/v1/ledger/head",
        )
        return cast(models.LedgerHead, answer.json())

    def list_checkpoints(
        self,
        *,
        cursor: str | None = None,
    ) -> models.Checkpoints:
        """Return a page of the checkpoints that the operator signed, the newest first.

        Keep them, or compare them with those you kept: `lumbung ledger verify --checkpoint` holds the
        ledger against one. What lies here alone proves nothing, for who can write here can remove it.
        """
        answer = self._send(
            "GET",
            "/v1/ledger/checkpoints",
            query={
                "cursor": cursor,
            },
        )
        return cast(models.Checkpoints, answer.json())

    def entries(
        self,
        *,
        cursor: str | None = None,
    ) -> models.LedgerEntries:
        """Return a page of what the ledger holds of yours, the oldest first."""
        answer = self._send(
            "GET",
            "/v1/ledger/entries",
            query={
                "cursor": cursor,
            },
        )
        return cast(models.LedgerEntries, answer.json())

class Webhooks(Group):
    """Operations on webhooks."""

    def add(
        self,
        body: models.WebhookAsked,
        *,
        idempotency_key: str | None = None,
    ) -> models.WebhookNamed:
        """Have an address of yours told of events, from now on.

        Messages are signed as Standard Webhooks has it, with a secret that is shown only here. Each
        comes at least once, in no certain order, and is thin: read what it is about by its `url`.
        """
        answer = self._send(
            "POST",
            "/v1/webhooks",
            headers={
                "Idempotency-Key": idempotency_key or new_key(),
            },
            body=body,
        )
        return cast(models.WebhookNamed, answer.json())

    def listed(
        self,
    ) -> models.Webhooks:
        """Return your webhooks, the oldest first."""
        answer = self._send(
            "GET",
            "/v1/webhooks",
        )
        return cast(models.Webhooks, answer.json())

    def read(
        self,
        webhook_id: str,
    ) -> models.Webhook:
        """Return one of your webhooks."""
        answer = self._send(
            "GET",
            f"/v1/webhooks/{_part(webhook_id)}",
        )
        return cast(models.Webhook, answer.json())

    def remove(
        self,
        webhook_id: str,
    ) -> None:
        """Remove one of your webhooks, with what waits for it."""
        self._send(
            "DELETE",
            f"/v1/webhooks/{_part(webhook_id)}",
        )

    def rotate(
        self,
        webhook_id: str,
        body: models.RotationAsked,
        *,
        idempotency_key: str | None = None,
    ) -> models.WebhookNamed:
        """Give one of your webhooks a new secret; for a while the one before signs beside it."""
        answer = self._send(
            "POST",
            f"/v1/webhooks/{_part(webhook_id)}/rotate",
            headers={
                "Idempotency-Key": idempotency_key or new_key(),
            },
            body=body,
        )
        return cast(models.WebhookNamed, answer.json())

    def enable(
        self,
        webhook_id: str,
    ) -> models.Webhook:
        """Tell one of your webhooks of events again, which was told nothing any more."""
        answer = self._send(
            "POST",
            f"/v1/webhooks/{_part(webhook_id)}/enable",
            once=True,
        )
        return cast(models.Webhook, answer.json())

    def deliveries(
        self,
        webhook_id: str,
        *,
        cursor: str | None = None,
    ) -> models.Deliveries:
        """Return a page of what one of your webhooks was told, with each attempt, the newest first."""
        answer = self._send(
            "GET",
            f"/v1/webhooks/{_part(webhook_id)}/deliveries",
            query={
                "cursor": cursor,
            },
        )
        return cast(models.Deliveries, answer.json())

    def redeliver(
        self,
        webhook_id: str,
        delivery_id: str,
    ) -> models.Delivery:
        """Deliver once more what arrived or failed, under the same id."""
        answer = self._send(
            "POST",
            f"/v1/webhooks/{_part(webhook_id)}/deliveries/{_part(delivery_id)}/redeliver",
            once=True,
        )
        return cast(models.Delivery, answer.json())

class Editions(Group):
    """Operations on editions."""

    def list_all(
        self,
    ) -> models.Editions:
        """List what was told of periods that are over; no period lies over another."""
        answer = self._send(
            "GET",
            "/v1/editions",
        )
        return cast(models.Editions, answer.json())

    def read(
        self,
        edition: str,
    ) -> models.Edition:
        """Return an edition to the letter: SHA-256 of this answer is what its ledger entry holds.

        It holds aggregates only: None is hidden, since it would tell of fewer than ten.
        """
        answer = self._send(
            "GET",
            f"/v1/editions/{_part(edition)}",
        )
        return cast(models.Edition, answer.json())


class Client(Transport):
    """The API of a Lumbung service; see `lumbung.client.transport.Transport` for its arguments."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.decisions = Decisions(self)
        self.cases = Cases(self)
        self.keys = Keys(self)
        self.businesses = Businesses(self)
        self.products = Products(self)
        self.programmes = Programmes(self)
        self.protected = Protected(self)
        self.uploads = Uploads(self)
        self.answers = Answers(self)
        self.repayments = Repayments(self)
        self.jobs = Jobs(self)
        self.ledger = Ledger(self)
        self.webhooks = Webhooks(self)
        self.editions = Editions(self)
