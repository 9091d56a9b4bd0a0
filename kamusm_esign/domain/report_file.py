"""A report as a file: what is shown, line by line, and nothing beside it."""

import io
import json
import zipfile

from kamusm_esign.domain.doctor_report import Report

_TEXT, _JSON = "report.txt", "report.json"
_NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The time is a line of the report; the archive needs none of its own."""


def report_text(report: Report) -> str:
    """Each line as `name: value`."""
    return "".join(f"{line.label}: {line.value}\n" for line in report.lines)


def report_bytes(report: Report, form: str) -> bytes:
    """The file.

    Args:
        report: what it says.
        form: `txt`, or `zip` for the same text and the same lines once more for programs.
    """
    text = report_text(report).encode()
    if form != "zip":
        return text
    lines = [{"key": line.key, "label": line.label, "value": line.value} for line in report.lines]
    document = json.dumps({"report": 1, "lines": lines}, ensure_ascii=False, indent=1)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in ((_TEXT, text), (_JSON, document.encode())):
            archive.writestr(zipfile.ZipInfo(name, _NO_TIME), content)
    return packed.getvalue()
