"""What looks for a newer version of the program."""

from pathlib import Path
from typing import Protocol

from kamusm_esign.domain.update import Update


class Updates(Protocol):
    """Newer versions: nothing is fetched, kept or started but on request."""

    def look(self, download_url: str) -> Update | None:
        """The newer version that is offered at the portal's download address; None: there is none.

        Raises:
            FailedError: `PRT-20x`, `UPDATE_…`.
        """
        ...

    def download(self, update: Update) -> Path:
        """Fetch the installer and verify it.

        Raises:
            FailedError: `PRT-20x`, `UPDATE_INCOMPLETE`, `UPDATE_FILE_CHANGED`,
                `UPDATE_NOT_SAVED`.
        """
        ...

    def verified(self, update: Update) -> Path:
        """The installer, verified once more right before it is started.

        Raises:
            FailedError: `UPDATE_INCOMPLETE`, `UPDATE_FILE_CHANGED`.
        """
        ...
