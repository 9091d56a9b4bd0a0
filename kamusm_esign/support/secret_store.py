"""The operating system's key store, for session tokens that a hand-in needs after a restart.

The only importer of `keyring`, and late: it costs 46 ms. Only stores that the operating system or
the desktop protects count; `keyring` also offers plain files and a store that forgets, and a token
in a plain file is worse than none.
"""

import contextlib
import re
import secrets
from typing import TYPE_CHECKING

from kamusm_esign.domain.accounts import AccountPassword
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.portal_session import SessionToken
from kamusm_esign.domain.secret import StampPassword

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "kamusm-esign"

_ACCEPTED = frozenset(
    (
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.libsecret.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
        "keyring.backends.kwallet.DBusKeyringKWallet4",
        "keyring.backends.Windows.WinVaultKeyring",
        "keyring.backends.macOS.Keyring",
    )
)
_STAMP_PREFIX = "time-stamp:"
"""No session id begins with it."""
_SESSION_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")


class KeyringSecretStore:
    """`ports.SecretStore` over the key store that the system offers."""

    def __init__(self, backend: "type[KeyringBackend] | None" = None) -> None:
        """Nothing is looked for yet.

        Args:
            backend: a key store to use instead of the system's.
        """
        self._given = backend
        self._found: KeyringBackend | None = None

    def available(self) -> bool:
        """Whether something put in will be there after a restart: one is put in and taken out.

        A store may be there and locked, or read-only; only trying tells. The system may ask the
        person to unlock it.
        """
        name = "probe-" + secrets.token_hex(8)
        try:
            backend = self._backend()
            backend.set_password(SERVICE, name, name)
            try:
                return backend.get_password(SERVICE, name) == name
            finally:
                backend.delete_password(SERVICE, name)
        # Behind keyring stand D-Bus, libsecret, Win32: their errors are as many as they are.
        except Exception:
            return False

    def put(self, session_id: str, token: SessionToken) -> None:
        """Keep a session's token.

        Raises:
            FailedError: `NO_KEY_STORE`.
        """
        try:
            self._backend().set_password(SERVICE, _name(session_id), token.reveal())
        except Exception:
            # Not chained: what a store says may hold what it was given.
            raise FailedError.of(FailureCode.NO_KEY_STORE) from None

    def get(self, session_id: str) -> SessionToken | None:
        """The token, or None where it is not there or the store cannot be read now."""
        try:
            text = self._backend().get_password(SERVICE, _name(session_id))
        except Exception:
            return None
        return SessionToken(text) if text else None

    def erase(self, session_id: str) -> bool:
        """Forget the token; nothing happens if there is none.

        Returns:
            False where it may stay: the store is locked or broken now.
        """
        try:
            backend = self._backend()
        except Exception:
            return True  # no store, so nothing is in it
        with contextlib.suppress(Exception):
            backend.delete_password(SERVICE, _name(session_id))
            return True
        # What is not there cannot be deleted either; only asking tells.
        with contextlib.suppress(Exception):
            return backend.get_password(SERVICE, _name(session_id)) is None
        return False

    def stamp_password(self, user: str) -> StampPassword | None:
        """The password of an account at the time stamp server, or None where there is none.

        Kept under this program's name as `time-stamp:USER`.
        """
        kept = self.password(_STAMP_PREFIX + user)
        return StampPassword(kept.reveal()) if kept is not None else None

    def password(self, name: str) -> AccountPassword | None:
        """The password of an account, or None where there is none or the store cannot be read."""
        try:
            text = self._backend().get_password(SERVICE, name)
        except Exception:
            return None
        return AccountPassword(text) if text else None

    def keep_password(self, name: str, password: AccountPassword) -> None:
        """Keep the password of an account.

        Raises:
            FailedError: `PASSWORD_NOT_KEPT`.
        """
        kept = None
        with contextlib.suppress(Exception):
            self._backend().set_password(SERVICE, name, password.reveal())
            kept = self.password(name)
        if kept != password:
            raise FailedError.of(FailureCode.PASSWORD_NOT_KEPT)

    def forget_password(self, name: str) -> None:
        """Forget the password of an account; nothing happens if there is none."""
        with contextlib.suppress(Exception):
            self._backend().delete_password(SERVICE, name)

    def _backend(self) -> "KeyringBackend":
        if self._found is None:
            self._found = self._given() if self._given else _system_backend()
        return self._found


def _system_backend() -> "KeyringBackend":
    """The best accepted store.

    Raises:
        FailedError: `NO_KEY_STORE`.
    """
    from keyring.backend import get_all_keyring

    # Not `keyring.get_keyring()`: it may be a chain that ends in a plain file, or what a variable
    # of the environment names.
    accepted = [store for store in get_all_keyring() if _class_name(store) in _ACCEPTED]
    if not accepted:
        raise FailedError.of(FailureCode.NO_KEY_STORE)
    return max(accepted, key=lambda store: float(store.priority))


def _class_name(backend: "KeyringBackend") -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


def _name(session_id: str) -> str:
    if not _SESSION_ID.fullmatch(session_id):
        raise ValueError("not a session id")
    return session_id
