"""The person's settings as the window reads and changes them."""

from collections.abc import Mapping
from typing import Protocol

from kamusm_esign.domain.accounts import Account, AccountPassword
from kamusm_esign.domain.settings import EffectiveSettings


class SettingsKeeper(Protocol):
    """Reads all sources anew and writes the user's own file."""

    def current(self) -> EffectiveSettings:
        """What holds now.

        Raises:
            FailedError: as `load_settings`.
        """
        ...

    def change(self, changes: Mapping[str, str | None]) -> EffectiveSettings:
        """Write values into the user's file, all or none; None takes a line out of it.

        Args:
            changes: by the names of the fields of `EffectiveSettings`.

        Returns:
            What holds from now on.

        Raises:
            FailedError: `LOCKED_BY_POLICY`, `SETTING_IGNORED` (a value that cannot be one; nothing
                is written), `PORTAL_ADDRESS_INVALID`, `SETTINGS_NOT_SAVED`.
        """
        ...

    def has_password(self, account: Account) -> bool:
        """Whether the key store holds the password of the account as it is set now."""
        ...

    def keep_password(self, account: Account, password: AccountPassword | None) -> None:
        """Put the password of the account as it is set now into the key store; None: forget it.

        Raises:
            FailedError: `PASSWORD_NOT_KEPT`.
        """
        ...


class PasswordStore(Protocol):
    """The operating system's key store, for passwords of accounts."""

    def password(self, name: str) -> AccountPassword | None:
        """The password kept under a name, or None where there is none or it cannot be read."""
        ...

    def keep_password(self, name: str, password: AccountPassword) -> None:
        """Keep a password.

        Raises:
            FailedError: `PASSWORD_NOT_KEPT`.
        """
        ...

    def forget_password(self, name: str) -> None:
        """Forget it; nothing happens if there is none."""
        ...
