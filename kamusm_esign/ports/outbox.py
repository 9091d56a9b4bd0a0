"""Where signatures wait that the portal has not taken yet."""

from typing import Protocol

from kamusm_esign.domain.outbox import KeptSignature


class Outbox(Protocol):
    """Survives crash and power cut; which call brings what onto the disk stands there."""

    def add(self, session_id: str, kept: KeptSignature, signature: bytes) -> None:
        """Write a new signature down; it may be lost in a power cut until `seal`.

        Raises:
            FailedError: `JOURNAL_NOT_WRITABLE`.
        """
        ...

    def seal(self, session_id: str) -> None:
        """Bring everything that was added onto the disk.

        Raises:
            FailedError: `JOURNAL_NOT_WRITABLE`.
        """
        ...

    def replace(self, session_id: str, kept: KeptSignature, signature: bytes) -> None:
        """Keep a signature with its time stamp in place of the one without.

        Raises:
            FailedError: `JOURNAL_NOT_WRITABLE`, and what was there before is still there.
        """
        ...

    def note(self, session_id: str, kept: KeptSignature) -> None:
        """Write down what is known now of a signature that is kept.

        Raises:
            FailedError: `JOURNAL_NOT_WRITABLE`, as for `replace`.
        """
        ...

    def kept(self, session_id: str) -> tuple[KeptSignature, ...]:
        """The session's signatures in the order of signing; none where not all of them can be
        read: a part of them is worth nothing."""
        ...

    def signature(self, session_id: str, number: int) -> bytes:
        """The bytes of one signature.

        Raises:
            FailedError: `SIGNATURE_LOST`: they are not what was put in.
        """
        ...

    def erase(self, session_id: str) -> bool:
        """Forget the session's signatures; nothing happens if there are none.

        Returns:
            False where something stays, because it cannot be deleted now.
        """
        ...
