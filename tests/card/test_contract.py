"""The card host on SoftHSM2 and the counting shim keeps the same contract as the virtual token."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kamusm_esign.card.card_types import load_card_types
from kamusm_esign.card.client import CardHostClient
from kamusm_esign.card.overview import PluggedCards
from kamusm_esign.sandbox.virtual_readers import VirtualReaders, VirtualWatcher
from tests.equipment.card_contract import CardContract, CardSetup, CardUnderTest, MakeCard
from tests.equipment.shim import ShimmedToken
from tests.equipment.softhsm import PIN, SoftHsmToken


class TestRealCardHost(CardContract):
    @pytest.fixture
    def make_card(
        self,
        templates: Callable[..., SoftHsmToken],
        shim_library: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> Iterator[MakeCard]:
        gateways: list[PluggedCards] = []

        def make(setup: CardSetup) -> CardUnderTest:
            template = templates(key=setup.key, pin=PIN if setup.pin_set else None)
            folder = tmp_path / "shim"
            folder.mkdir()
            card = ShimmedToken(template.copy_to(tmp_path / "softhsm"), shim_library, folder)
            card.set_tries(setup.pin_tries, setup.puk_tries)
            for name, value in card.environment.items():
                monkeypatch.setenv(name, value)
            gateway = PluggedCards(
                VirtualWatcher(VirtualReaders()),
                load_card_types,
                CardHostClient(lock_folder=tmp_path / "locks"),
                module=shim_library,
            )
            gateways.append(gateway)
            return CardUnderTest(gateway, card.token.serial, card.token.issued.certificate_der)

        yield make
        for gateway in gateways:
            gateway.close()
