"""`kamusm-esign pending`: unfinished jobs, and what the portal has not been told yet."""

from typing import Any

from kamusm_esign.cli.output import show
from kamusm_esign.cli.result import Shown, failure_json, print_json
from kamusm_esign.domain.masking import mask_session
from kamusm_esign.runtime.recovery import PendingJob


def show_pending(jobs: tuple[PendingJob, ...], shown: Shown, *, as_json: bool) -> None:
    """Print the jobs."""
    if as_json:
        print_json({"command": "pending", "pending": [_job_json(job, shown) for job in jobs]})
    elif not jobs:
        show(shown.catalogue.text("cli.pending-none"))
    else:
        for job in jobs:
            _print_job(job, shown)


def _job_json(job: PendingJob, shown: Shown) -> dict[str, Any]:
    entry = job.entry
    return {
        "session": mask_session(entry.session_id),
        "kind": entry.purpose.kind.value,
        "token": shown.serial(entry.token_serial),
        "step": entry.step.value,
        "outcome": job.outcome.value,
        "since": entry.since.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "handed_in": job.handed_in,
        "receipts": [shown.receipt(receipt) for receipt in job.receipts],
        "failure": None if job.failure is None else failure_json(job.failure, 13, shown),
    }


def _print_job(job: PendingJob, shown: Shown) -> None:
    text, entry = shown.catalogue.text, job.entry
    show(
        text(
            "cli.pending",
            purpose=text(f"purpose.{entry.purpose.value}"),
            serial=shown.serial(entry.token_serial),
            since=entry.since.astimezone().strftime("%d.%m.%Y %H:%M"),
            outcome=text(f"outcome.{job.outcome.value}"),
        )
    )
    for receipt in job.receipts:
        show("  " + text("result.receipt", receipt_no=receipt.receipt_no, title=receipt.title))
    if job.handed_in:
        show("  " + text("cli.handed-in"))
    if job.failure is not None:
        said = shown.catalogue.failure(job.failure)
        show(f"  {job.failure.code.value}: {said.title}\n  {said.todo}")
