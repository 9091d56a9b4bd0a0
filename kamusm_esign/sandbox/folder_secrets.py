"""The key store of practice: a folder that goes with the practice world."""

from pathlib import Path

from kamusm_esign.domain.accounts import AccountPassword
from kamusm_esign.domain.portal_session import SessionToken


class FolderSecretStore:
    """A `SecretStore` in a folder; only tokens of a practice portal may lie in a plain file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._passwords: dict[str, AccountPassword] = {}

    def available(self) -> bool:
        """Whether something put in will be there after a restart."""
        return True

    def put(self, session_id: str, token: SessionToken) -> None:
        """Keep a session's token."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file(session_id).write_text(token.reveal())

    def get(self, session_id: str) -> SessionToken | None:
        """The token, or None where there is none."""
        file = self._file(session_id)
        return SessionToken(file.read_text()) if file.is_file() else None

    def erase(self, session_id: str) -> bool:
        """Forget the token."""
        self._file(session_id).unlink(missing_ok=True)
        return True

    def password(self, name: str) -> AccountPassword | None:
        """A password of this run."""
        return self._passwords.get(name)

    def keep_password(self, name: str, password: AccountPassword) -> None:
        """Keep a password as long as the window is open: a person may type a real one."""
        self._passwords[name] = password

    def forget_password(self, name: str) -> None:
        """Forget it."""
        self._passwords.pop(name, None)

    def _file(self, session_id: str) -> Path:
        return self._folder / session_id
