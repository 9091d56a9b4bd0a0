"""`doctor --report FILE`: the report, every line of it printed as well."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from kamusm_esign.cli.output import tell
from kamusm_esign.cli.result import Shown
from kamusm_esign.domain.doctor_report import Environment, make_report
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.report_file import report_bytes, report_text
from kamusm_esign.runtime.checkup import CheckDone


def save_report(
    file: Path, found: Sequence[CheckDone], environment: Environment, shown: Shown
) -> str:
    """Write it and return where it is.

    Raises:
        FailedError: `FILE_NOT_SAVED`; `USAGE` where the name ends neither in .zip nor in .txt.
    """
    form = file.suffix.removeprefix(".")
    if form not in ("zip", "txt"):
        raise FailedError.of(FailureCode.USAGE, detail="--report: not .zip and not .txt")
    catalogue = shown.catalogue
    report = make_report(
        environment,
        [(done.check.id, done.result) for done in found],
        catalogue.text,
        catalogue.fact,
        datetime.now().astimezone(),
    )
    try:
        file.write_bytes(report_bytes(report, form))
    except OSError as error:
        raise FailedError.of(FailureCode.FILE_NOT_SAVED) from error
    tell(report_text(report), end="")
    tell(catalogue.text("report.saved", path=str(file)))
    return str(file)
