"""Session tokens that the key store would not take, for as long as this process runs."""

from functools import lru_cache

from kamusm_esign.domain.accounts import AccountPassword
from kamusm_esign.domain.failures import FailedError
from kamusm_esign.domain.portal_session import SessionToken
from kamusm_esign.ports import SecretStore
from kamusm_esign.support.secret_store import KeyringSecretStore


class RememberingSecretStore:
    """`ports.SecretStore` around another one.

    What that one does not take stays in memory, so that a report that was lost can be handed in
    while the program runs. Nothing here says that it is kept: the person was told that it is not.
    """

    def __init__(self, store: SecretStore) -> None:
        """Nothing is asked yet.

        Args:
            store: keeps what it can.
        """
        self._store = store
        self._tokens: dict[str, SessionToken] = {}

    def available(self) -> bool:
        """See `ports.SecretStore`."""
        return self._store.available()

    def put(self, session_id: str, token: SessionToken) -> None:
        """Keep a session's token.

        Raises:
            FailedError: `NO_KEY_STORE`; it is in memory only.
        """
        try:
            self._store.put(session_id, token)
        except FailedError:
            self._tokens[session_id] = token
            raise

    def get(self, session_id: str) -> SessionToken | None:
        """See `ports.SecretStore`."""
        return self._tokens.get(session_id) or self._store.get(session_id)

    def erase(self, session_id: str) -> bool:
        """See `ports.SecretStore`."""
        only_here = self._tokens.pop(session_id, None) is not None
        return self._store.erase(session_id) or only_here

    def password(self, name: str) -> AccountPassword | None:
        """See `ports.PasswordStore`."""
        return self._store.password(name)

    def keep_password(self, name: str, password: AccountPassword) -> None:
        """See `ports.PasswordStore`."""
        self._store.keep_password(name, password)

    def forget_password(self, name: str) -> None:
        """See `ports.PasswordStore`."""
        self._store.forget_password(name)


@lru_cache(maxsize=1)
def system_secrets() -> SecretStore:
    """The system's key store with the memory of this process: other settings open another world,
    and what is unfinished goes over into it."""
    return RememberingSecretStore(KeyringSecretStore())
