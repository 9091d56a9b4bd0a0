"""Tokens and card hosts for the tests of the card floor."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kamusm_esign.card.client import CardHostClient
from tests.equipment.shim import ShimmedToken, compile_shim
from tests.equipment.softhsm import SoftHsmToken, make_token

MakeHost = Callable[..., CardHostClient]


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., SoftHsmToken]:
    """Make a token of a sort once, and hand out that one from then on."""
    made: dict[tuple[object, ...], SoftHsmToken] = {}

    def template(**sort: object) -> SoftHsmToken:
        name = tuple(sorted(sort.items()))
        if name not in made:
            folder = tmp_path_factory.mktemp("template")
            made[name] = make_token(folder, **sort)  # type: ignore[arg-type]
        return made[name]

    return template


@pytest.fixture(scope="session")
def shim_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled shim."""
    return compile_shim(tmp_path_factory.mktemp("shim"))


@pytest.fixture
def token_sort() -> dict[str, object]:
    """Which sort of token `card` is; parametrize it to change that."""
    return {}


@pytest.fixture
def card(
    templates: Callable[..., SoftHsmToken],
    token_sort: dict[str, object],
    shim_library: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> ShimmedToken:
    """A card with three PIN and PUK tries, which card hosts of this test see."""
    folder = tmp_path / "shim"
    folder.mkdir()
    token = templates(**token_sort).copy_to(tmp_path / "softhsm")
    card = ShimmedToken(token, shim_library, folder)
    for name, value in card.environment.items():
        monkeypatch.setenv(name, value)
    return card


@pytest.fixture
def make_host(tmp_path: Path) -> Iterator[MakeHost]:
    """Clients with short time-outs; their hosts end with the test."""
    clients: list[CardHostClient] = []

    def make(**options: object) -> CardHostClient:
        settings = {"read_timeout": 10.0, "write_timeout": 10.0} | options
        clients.append(CardHostClient(tmp_path / "locks", **settings))  # type: ignore[arg-type]
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def host(make_host: MakeHost) -> CardHostClient:
    """One client."""
    return make_host()
