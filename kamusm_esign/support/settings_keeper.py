"""Changes the user's settings: the file is written whole or not at all, passwords go elsewhere."""

import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from kamusm_esign.domain.accounts import Account, AccountPassword
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.settings import EffectiveSettings
from kamusm_esign.ports.settings import PasswordStore
from kamusm_esign.support.settings_file import ignored
from kamusm_esign.support.settings_keys import KEYS, written, written_key

Judge = Callable[[str], object]
"""Raises FailedError for a value that cannot be used."""


class FileSettings:
    """`ports.settings.SettingsKeeper` over the user's TOML file.

    Comments, the order and what this program does not know stay in the file as they are.
    """

    def __init__(
        self,
        path: Path,
        load: Callable[[], EffectiveSettings],
        passwords: PasswordStore,
        judges: Mapping[str, Judge],
    ) -> None:
        """Nothing is read yet.

        Args:
            path: the user's file; it and its folder are made when something is kept.
            load: reads all sources.
            passwords: the key store.
            judges: what else is asked of a value, by the name of its field.
        """
        self._path, self._load = path, load
        self._passwords, self._judges = passwords, judges

    def current(self) -> EffectiveSettings:
        """What holds now."""
        return self._load()

    def change(self, changes: Mapping[str, str | None]) -> EffectiveSettings:
        """Write values into the user's file, all or none."""
        before = self._load()
        values: dict[str, object] = {}
        for name, text in changes.items():
            if before.setting(name).locked:
                raise FailedError.of(FailureCode.LOCKED_BY_POLICY, key=written_key(name))
            values[name] = None if text is None else self._judged(name, text)
        try:
            self._write(values)
        except OSError as error:
            raise FailedError.of(FailureCode.SETTINGS_NOT_SAVED) from error
        return self._load()

    def _judged(self, name: str, text: str) -> object:
        value = KEYS[name].value(text)
        problem = KEYS[name].problem(value)
        if problem is not None:
            raise FailedError(ignored(str(self._path), None, written_key(name), problem))
        if name in self._judges:
            self._judges[name](text)
        return value

    # ------------------------------------------------------------------ passwords
    def has_password(self, account: Account) -> bool:
        """Whether the key store holds the password of the account as it is set now."""
        name = self._account(account)
        return bool(name) and self._passwords.password(name) is not None

    def keep_password(self, account: Account, password: AccountPassword | None) -> None:
        """Put the password of the account as it is set now into the key store."""
        name = self._account(account)
        if password is None:
            self._passwords.forget_password(name)
        elif not name:
            raise FailedError.of(FailureCode.PASSWORD_NOT_KEPT)
        else:
            self._passwords.keep_password(name, password)

    def _account(self, account: Account) -> str:
        now = self._load()
        if account is Account.PROXY:
            return proxy_account(now.proxy_user.value, now.proxy_address.value)
        return time_stamp_account(now.time_stamp_user.value)

    # ------------------------------------------------------------------ the file
    def _write(self, values: Mapping[str, object]) -> None:
        import tomlkit
        from tomlkit.exceptions import TOMLKitError

        path = self._path.resolve()
        document = tomlkit.document()
        with suppress(FileNotFoundError):
            source = path.read_bytes()
            try:
                document = tomlkit.parse(source.decode("utf-8-sig"))
            except (TOMLKitError, UnicodeDecodeError):
                # Nothing of it counted; it is kept for whoever wrote it.
                write_whole(path.with_name(path.name + ".unreadable"), source)
        for name, value in values.items():
            _put(document, *written(name), value)
        write_whole(path, tomlkit.dumps(document).encode())


def proxy_account(user: str | None, address: str | None) -> str:
    """Name of a proxy's password in the key store; empty: there is no account."""
    return f"proxy:{user}@{address}" if user and address else ""


def time_stamp_account(user: str | None) -> str:
    """Name of a time stamp account's password in the key store; empty: there is no account."""
    return f"time-stamp:{user}" if user else ""


def _put(document: Any, table: str, key: str, value: object) -> None:
    place = document
    if table:
        if value is not None and not isinstance(document.get(table), dict):
            document[table] = {}
        place = document.get(table)
    if value is not None:
        place[key] = value
    elif isinstance(place, dict):
        place.pop(key, None)


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file in one step, for its owner alone: who reads it sees the old or the new one.

    Raises:
        OSError: it could not be written; the old one is still there.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except OSError:
        with suppress(OSError):
            os.unlink(name)
        raise
