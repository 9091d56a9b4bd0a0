"""Which moment everything is dated."""

import os
import subprocess

from release.contents import ROOT


def commit_time() -> str:
    """When the commit was made, in seconds since 1970: what every file is dated."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return given
    command = ["git", "log", "-1", "--format=%ct"]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
