"""Puts the real world together: what a command needs, made when it is needed."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kamusm_esign import __version__
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.support import clock
from kamusm_esign.support.paths import MACHINE_TRUST

if TYPE_CHECKING:
    from kamusm_esign.card.drivers import SearchPlace
    from kamusm_esign.card.machine import Machine
    from kamusm_esign.card.spawn import EarlyHost
    from kamusm_esign.domain.failures import Failure
    from kamusm_esign.portal_client.proxies import ProxyChoice
    from kamusm_esign.portal_client.transport import ProxyFinder, Transport
    from kamusm_esign.ports import (
        CardGateway,
        DocumentRenderer,
        FailureMemory,
        IssuerChains,
        Journal,
        Outbox,
        PortalGateway,
        Ports,
        SecretStore,
        SignatureBuilder,
        SignatureVerifier,
        TokenWatcher,
        Updates,
    )
    from kamusm_esign.support.paths import Folders
    from kamusm_esign.support.settings import EffectiveSettings


@dataclass(frozen=True, slots=True)
class World:
    """The real world of one command, opened piece by piece."""

    settings: EffectiveSettings
    folders: Folders
    card_timeouts: tuple[float, float] = (15.0, 60.0)
    """Seconds for an answer of a driver without and with a secret in play."""
    early_host: EarlyHost | None = None
    """A card host that is coming up already."""

    @property
    def language(self) -> str:
        """`tr` or `en`."""
        return self.settings.language.value or "tr"

    def portal_url(self) -> str:
        """The portal's base URL, judged.

        Raises:
            FailedError: `PORTAL_ADDRESS_INVALID`.
        """
        from kamusm_esign.portal_client.address import portal_base_url

        return portal_base_url(self.settings.portal.value or "")

    def cards(self) -> tuple[CardGateway, TokenWatcher]:
        """The cards, and the watcher of their readers.

        Raises:
            FailedError: `SETTINGS_INVALID`, `USAGE`, `JOURNAL_NOT_WRITABLE`.
        """
        from kamusm_esign.card.card_types import load_card_types
        from kamusm_esign.card.client import CardHostClient
        from kamusm_esign.card.overview import PluggedCards
        from kamusm_esign.card.watcher import PcscWatcher
        from kamusm_esign.support.paths import private_folder

        own, module = self.settings.card_types.value, self.settings.module.value
        watcher = PcscWatcher()
        read_timeout, write_timeout = self.card_timeouts
        try:
            locks = private_folder(self.folders.locks)
        except OSError as error:
            raise FailedError.of(FailureCode.JOURNAL_NOT_WRITABLE) from error
        host = CardHostClient(
            locks,
            read_timeout=read_timeout,
            write_timeout=write_timeout,
            started=None if self.early_host is None else self.early_host.take(),
        )
        cards = PluggedCards(
            watcher,
            lambda: load_card_types(Path(own) if own else None),
            host,
            module=Path(module) if module else None,
        )
        return cards, watcher

    def portal_at(self, url: str) -> PortalGateway:
        """A client of the portal at `url`.

        Raises:
            FailedError: `PORTAL_ADDRESS_INVALID`.
        """
        from kamusm_esign.portal_client.client import PortalClient

        platform = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
        return PortalClient(
            url,
            version=__version__,
            platform=platform,
            language=self.language,
            clock=clock.steady,
            proxies=self._proxies(),
        )

    def no_portal(self, trouble: Failure) -> PortalGateway:
        """In the place of one whose address cannot be one."""
        from kamusm_esign.portal_client.no_portal import NoPortal

        return NoPortal(trouble)

    def _proxies(self) -> ProxyFinder | None:
        settings = self.settings
        if settings.proxy_mode.value in (None, "system"):
            return None
        from kamusm_esign.portal_client.proxies import ProxyChoice

        return _proxies_of(
            ProxyChoice(
                mode=settings.proxy_mode.value or "system",
                address=settings.proxy_address.value,
                user=settings.proxy_user.value,
                exceptions=settings.proxy_exceptions.value or "",
                pac=settings.proxy_pac.value,
            )
        )

    def journal(self) -> Journal:
        """The journal, one for all worlds of this process that have the same folders.

        Raises:
            FailedError: `JOURNAL_NOT_WRITABLE`.
        """
        from kamusm_esign.support.journal import journal_in
        from kamusm_esign.support.paths import private_folder

        try:
            return journal_in(private_folder(self.folders.journal))
        except OSError as error:
            raise FailedError.of(FailureCode.JOURNAL_NOT_WRITABLE) from error

    def failures(self) -> FailureMemory:
        """What stood in the way of the last job."""
        from kamusm_esign.support.last_failure import FailureFile

        return FailureFile(self.folders.last_failure, clock.utc_now)

    @property
    def practice(self) -> bool:
        """Whether this is not the real world."""
        return False

    def surroundings(self) -> tuple[Machine, SearchPlace]:
        """This computer, as the doctor looks at it, and where drivers are looked for."""
        from kamusm_esign.card.drivers import SearchPlace
        from kamusm_esign.card.machine import Machine

        return Machine.here(), SearchPlace.here()

    def outbox(self) -> Outbox:
        """Where signatures wait for the portal."""
        from kamusm_esign.support.outbox import FolderOutbox

        return FolderOutbox(self.folders.outbox)

    def signatures(self) -> SignatureBuilder:
        """What makes signatures; nothing of it is loaded before it is used."""
        from kamusm_esign.signing.builder import CardSignatureBuilder
        from kamusm_esign.signing.stamp_account import StampAccount
        from kamusm_esign.support.secret_store import KeyringSecretStore

        settings = self.settings
        account = StampAccount(
            settings.time_stamp_url.value,
            settings.time_stamp_user.value,
            settings.time_stamp_method.value,
        )
        return CardSignatureBuilder(self.http, account, KeyringSecretStore)

    def verifier(self, trust_folder: Path | None) -> SignatureVerifier:
        """What verifies files, against a folder of trusted authorities.

        Without one it is the administrator's folder, else the user's; without any, no chain is
        checked and the verdict says so.
        """
        from kamusm_esign.card.certificates import parse_certificate
        from kamusm_esign.signing.verifier import FileVerifier

        trust_folder = trust_folder or self.own_trust()
        return FileVerifier(trust_folder, lambda der: parse_certificate(der, has_private_key=False))

    def own_trust(self) -> Path | None:
        """The trust folder where none is named; None: there is none."""
        own = (MACHINE_TRUST, self.folders.trust)
        return next((folder for folder in own if folder.is_dir()), None)

    def chains(self) -> IssuerChains:
        """Who issued a certificate, by the same folder."""
        from kamusm_esign.signing.chain import FolderChains

        return FolderChains(self.own_trust)

    def http(self) -> Transport:
        """HTTP for everything that is not the portal's API."""
        from kamusm_esign.portal_client.transport import Transport

        return Transport(user_agent=f"kamusm-esign/{__version__}", proxies=self._proxies())

    def updates(self) -> Updates:
        """What looks for a newer version."""
        from kamusm_esign.resource_files import resource
        from kamusm_esign.updates.envelope import read_keys
        from kamusm_esign.updates.installation import this_platform
        from kamusm_esign.updates.updater import Updater

        return Updater(
            self.http,
            lambda: read_keys(resource("update-keys.toml")),
            self.folders.data / "updates",
            version=__version__,
            platform=this_platform(),
            utc_now=clock.utc_now,
        )

    def secrets(self) -> SecretStore:
        """The operating system's key store; what it does not take stays in memory."""
        from kamusm_esign.support.remembering_store import system_secrets

        return system_secrets()

    def documents(self) -> DocumentRenderer:
        """What shows documents; nothing is started yet."""
        from kamusm_esign.documents.client import DocumentHost

        return DocumentHost()

    def portal_trouble(self) -> Failure | None:
        """Why the portal's address cannot be one; None: it can."""
        try:
            self.portal_url()
        except FailedError as error:
            return error.failure
        return None

    def ports(self, *, even_without_portal: bool = False) -> Ports:
        """Everything that a flow with the portal needs.

        Args:
            even_without_portal: an address that cannot be one is told by whoever asks the portal.

        Raises:
            FailedError: `PORTAL_ADDRESS_INVALID`, `JOURNAL_NOT_WRITABLE`.
        """
        from kamusm_esign.ports import Ports
        from kamusm_esign.runtime.settling_cards import SettlingCards

        trouble = self.portal_trouble() if even_without_portal else None
        url = "" if trouble is not None else self.portal_url()
        card, watcher = self.cards()
        journal = self.journal()
        return Ports(
            card=SettlingCards(card, journal, clock.utc_now),
            watcher=watcher,
            portal=self.portal_at(url) if trouble is None else self.no_portal(trouble),
            portal_url=url,
            journal=journal,
            outbox=self.outbox(),
            signatures=self.signatures(),
            secrets=self.secrets(),
            documents=self.documents(),
            steady=clock.steady,
            utc_now=clock.utc_now,
            failures=self.failures(),
            chains=self.chains(),
        )


@lru_cache(maxsize=4)
def _proxies_of(choice: ProxyChoice) -> ProxyFinder | None:
    """One finder for all who ask: a PAC file is fetched and run once."""
    from kamusm_esign.portal_client.proxies import proxy_finder
    from kamusm_esign.support.secret_store import KeyringSecretStore
    from kamusm_esign.support.settings_keeper import proxy_account

    store, account = KeyringSecretStore(), proxy_account(choice.user, choice.address)
    return proxy_finder(choice, lambda: store.password(account))
