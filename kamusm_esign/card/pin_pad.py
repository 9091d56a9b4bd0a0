"""Readers with keys of their own: C_Login and C_SetPIN with NULL for the PIN, by ctypes.

The reader asks for the PIN itself (CKF_PROTECTED_AUTHENTICATION_PATH, PKCS#11 v2.40 section 5.6),
and no PIN ever is in this computer. python-pkcs11 cannot pass NULL. A login counts for all sessions
of a process on a token, so a session of our own beside python-pkcs11's is enough. Only on a library
that is loaded and initialised already; this module never calls C_Initialize.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from kamusm_esign.card.own_session import OwnSession
from kamusm_esign.card.token_info import ULONG
from kamusm_esign.card.translate import DriverError

_SET_PIN, _LOGIN = 11, 18
"""Places in CK_FUNCTION_LIST (pkcs11f.h)."""
_USER = 1


class PinPad(OwnSession):
    """One session of our own on one slot."""

    def log_in(self) -> None:
        """C_Login(CKU_USER), once; returns when the person has typed the PIN on the reader.

        Raises:
            DriverError: it was wrong, or the person pressed cancel.
        """
        self._call(_LOGIN, self._session, ULONG(_USER), None, ULONG(0))

    def set_pin(self) -> None:
        """C_SetPIN, once: the reader asks for the present and the new PIN.

        Raises:
            DriverError: as above.
        """
        self._call(_SET_PIN, self._session, None, ULONG(0), None, ULONG(0))


@contextmanager
def pin_pad(path: str, slot_id: int) -> Iterator[PinPad]:
    """A session that is closed afterwards, whatever became of it."""
    pad = PinPad(path, slot_id)
    try:
        yield pad
    finally:
        with suppress(DriverError):  # the card is gone, and the session with it
            pad.close()
