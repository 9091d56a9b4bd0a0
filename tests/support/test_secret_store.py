"""The key store: the system's or none, and never a token in a plain file."""

import os
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import keyring.backend
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, NoKeyringError, PasswordDeleteError

from kamusm_esign.domain.accounts import AccountPassword
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.portal_session import SessionToken
from kamusm_esign.support import secret_store
from kamusm_esign.support.secret_store import KeyringSecretStore

SESSION = "0123456789abcdef_-AZ"
TOKEN = SessionToken("t" * 43)


class Vault(KeyringBackend):
    """A key store as an operating system's: it outlives the objects that use it."""

    priority = 5
    kept: ClassVar[dict[tuple[str, str], str]] = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError


class Locked(Vault):
    """Nobody unlocks it."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked(f"locked: {username} {password}")

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked

    def delete_password(self, service: str, username: str) -> None:
        raise KeyringLocked


class Forgetful(Vault):
    """Takes everything and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class ReadOnly(Vault):
    """Cannot be cleaned up: what was put in stays."""

    def delete_password(self, service: str, username: str) -> None:
        raise PasswordDeleteError


class Failing(Vault):
    """Fails as the libraries below keyring do, not with keyring's own errors."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise ConnectionResetError(password)

    get_password = delete_password = set_password  # type: ignore[assignment]


class Unusable(Vault):
    """Cannot even be made."""

    def __init__(self) -> None:
        raise NoKeyringError


@pytest.fixture(autouse=True)
def empty_vault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Vault, "kept", {})


def test_a_token_is_kept_and_erased() -> None:
    KeyringSecretStore(Vault).put(SESSION, TOKEN)
    assert Vault.kept == {("kamusm-esign", SESSION): TOKEN.reveal()}
    assert KeyringSecretStore(Vault).get(SESSION) == TOKEN
    KeyringSecretStore(Vault).erase(SESSION)
    assert KeyringSecretStore(Vault).get(SESSION) is None
    KeyringSecretStore(Vault).erase(SESSION)
    assert Vault.kept == {}


def test_asking_leaves_nothing_behind() -> None:
    assert KeyringSecretStore(Vault).available()
    assert Vault.kept == {}


@pytest.mark.parametrize("backend", [Locked, Forgetful, ReadOnly, Failing, Unusable])
def test_stores_that_are_none(backend: type[KeyringBackend]) -> None:
    assert not KeyringSecretStore(backend).available()


@pytest.mark.parametrize("backend", [Locked, Failing, Unusable])
def test_a_store_that_refuses(backend: type[KeyringBackend]) -> None:
    store = KeyringSecretStore(backend)
    with pytest.raises(FailedError) as caught:
        store.put(SESSION, TOKEN)
    assert caught.value.failure.code is FailureCode.NO_KEY_STORE
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert store.get(SESSION) is None
    store.erase(SESSION)


@pytest.mark.parametrize("session", ["", "short", "a" * 65, "../../../etc/passwd", "a" * 20 + "\n"])
def test_what_is_no_session_id_is_not_put(session: str) -> None:
    with pytest.raises(FailedError):
        KeyringSecretStore(Vault).put(session, TOKEN)
    assert KeyringSecretStore(Vault).get(session) is None
    assert Vault.kept == {}


@pytest.mark.parametrize(
    ("backend", "gone"),
    [(Vault, True), (Locked, False), (ReadOnly, False), (Failing, False), (Unusable, True)],
)
def test_whether_a_token_is_gone_is_said(backend: type[KeyringBackend], gone: bool) -> None:
    KeyringSecretStore(Vault).put(SESSION, TOKEN)
    assert KeyringSecretStore(backend).erase(SESSION) == gone


class System:
    """What keyring finds on a computer."""

    def __init__(self, *backends: KeyringBackend) -> None:
        self.backends = list(backends)

    def __call__(self) -> list[KeyringBackend]:
        return self.backends


def named(name: str, priority: float) -> KeyringBackend:
    module, _, qualname = name.rpartition(".")
    made = type(qualname, (Vault,), {"priority": priority, "__module__": module})
    backend: KeyringBackend = made()
    return backend


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["keyring.backends.SecretService.Keyring"], 0),
        (["keyring.backends.Windows.WinVaultKeyring"], 0),
        (["keyring.backends.macOS.Keyring"], 0),
        (["keyring.backends.libsecret.Keyring", "keyring.backends.kwallet.DBusKeyring"], 1),
        (["keyring.backends.kwallet.DBusKeyring", "keyrings.alt.file.PlaintextKeyring"], 0),
        (["keyring.backends.chainer.ChainerBackend", "keyring.backends.macOS.Keyring"], 1),
        (["keyrings.alt.file.PlaintextKeyring"], None),
        (["keyrings.alt.file.EncryptedKeyring"], None),
        (["keyring.backends.null.Keyring"], None),
        (["keyring.backends.fail.Keyring"], None),
        (["keyring.backends.chainer.ChainerBackend"], None),
        ([], None),
    ],
)
def test_which_store_is_taken(
    monkeypatch: pytest.MonkeyPatch, names: list[str], chosen: int | None
) -> None:
    backends = [named(name, priority) for priority, name in enumerate(names, 1)]
    monkeypatch.setattr(keyring.backend, "get_all_keyring", System(*backends))
    if chosen is None:
        assert not KeyringSecretStore().available()
        with pytest.raises(FailedError):
            secret_store._system_backend()
    else:
        assert secret_store._system_backend() is backends[chosen]
        assert KeyringSecretStore().available()


PROBE = f"""
import sys
from kamusm_esign.support.secret_store import KeyringSecretStore
from kamusm_esign.domain.portal_session import SessionToken
from kamusm_esign.domain.failures import FailedError
assert "keyring" not in sys.modules
store = KeyringSecretStore()
print(store.available(), store.get("{SESSION}"))
try:
    store.put("{SESSION}", SessionToken("plain-" * 8))
except FailedError as error:
    print(error)
"""


@pytest.mark.parametrize("backend", ["null.Keyring", "fail.Keyring"])
def test_a_computer_without_a_key_store(tmp_path: Path, backend: str) -> None:
    # The real keyring, no D-Bus, and a variable that asks for a store that keeps nothing.
    environ = {
        "HOME": str(tmp_path),
        "PATH": os.defpath,
        "PYTHON_KEYRING_BACKEND": "keyring.backends." + backend,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROBE], env=environ, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.split("\n") == ["False None", "SYS-909", ""]
    assert done.stderr == ""
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_stamp_password_is_what_was_kept_for_that_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Vault, "kept", {(secret_store.SERVICE, "time-stamp:1234"): "değil"})
    store = KeyringSecretStore(Vault)
    found = store.stamp_password("1234")
    assert found is not None
    assert found.reveal() == "değil"
    assert "değil" not in repr(found)
    assert store.stamp_password("4321") is None
    assert KeyringSecretStore(Locked).stamp_password("1234") is None


def test_a_password_of_an_account_is_kept_read_and_forgotten() -> None:
    store, name, password = KeyringSecretStore(Vault), "proxy:a@http://p:1", AccountPassword("ş p")
    assert store.password(name) is None
    store.keep_password(name, password)
    assert store.password(name) == password
    store.forget_password(name)
    store.forget_password(name)
    assert Vault.kept == {}
    store.keep_password("time-stamp:1234", password)
    found = store.stamp_password("1234")
    assert found is not None
    assert found.reveal() == "ş p"


@pytest.mark.parametrize("backend", [Locked, Forgetful, Failing, Unusable])
def test_a_store_that_keeps_no_password_says_so(backend: type[KeyringBackend]) -> None:
    with pytest.raises(FailedError) as caught:
        KeyringSecretStore(backend).keep_password("proxy:a@b", AccountPassword("gizli"))
    assert caught.value.failure == Failure.of(FailureCode.PASSWORD_NOT_KEPT)
    assert "gizli" not in repr(caught.value.__cause__)
    KeyringSecretStore(backend).forget_password("proxy:a@b")
