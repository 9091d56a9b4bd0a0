"""What the key store does not take is there while the program runs, in each of its worlds."""

from collections.abc import Iterator

import pytest

from kamusm_esign.cli.world import World
from kamusm_esign.domain.accounts import AccountPassword
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.support import secret_store
from kamusm_esign.support.paths import user_folders
from kamusm_esign.support.remembering_store import RememberingSecretStore, system_secrets
from kamusm_esign.support.secret_store import KeyringSecretStore
from kamusm_esign.support.settings import settings_of
from tests.support.test_secret_store import SESSION, TOKEN, Locked, Vault


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(Vault, "kept", {})
    system_secrets.cache_clear()
    yield
    system_secrets.cache_clear()


def test_what_a_store_refuses_is_remembered_and_the_refusal_is_told() -> None:
    store = RememberingSecretStore(KeyringSecretStore(Locked))
    with pytest.raises(FailedError) as caught:
        store.put(SESSION, TOKEN)
    assert caught.value.failure.code is FailureCode.NO_KEY_STORE
    assert not store.available()
    assert store.get(SESSION) == TOKEN
    assert store.erase(SESSION)
    assert store.get(SESSION) is None
    assert not store.erase(SESSION)  # an earlier process may have put it in


def test_what_a_store_takes_is_only_there() -> None:
    store = RememberingSecretStore(KeyringSecretStore(Vault))
    store.put(SESSION, TOKEN)
    assert RememberingSecretStore(KeyringSecretStore(Vault)).get(SESSION) == TOKEN
    Vault.kept.clear()
    assert store.get(SESSION) is None


def test_passwords_are_the_store_s_alone() -> None:
    store = RememberingSecretStore(KeyringSecretStore(Vault))
    store.keep_password("proxy:a@b", AccountPassword("gizli"))
    assert store.password("proxy:a@b") == AccountPassword("gizli")
    store.forget_password("proxy:a@b")
    assert (store.password("proxy:a@b"), Vault.kept) == (None, {})


def test_another_world_of_the_process_knows_it_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other settings open the world anew, while a report waits to be handed in."""
    monkeypatch.setattr(secret_store, "_system_backend", Locked)
    folders = user_folders()
    with pytest.raises(FailedError):
        World(settings_of(folders, None, {}), folders).secrets().put(SESSION, TOKEN)
    assert World(settings_of(folders, None, {}), folders).secrets().get(SESSION) == TOKEN
