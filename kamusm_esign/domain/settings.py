"""The settings of the program as values: what holds, and where it comes from."""

from dataclasses import dataclass, field
from enum import Enum

from kamusm_esign.domain.failures import Failure


class Origin(Enum):
    """Where a setting comes from, weakest first."""

    DEFAULT = "default"
    MACHINE = "machine"
    """The administrator's proposal for every user of this computer."""
    FILE = "file"
    """The user's own file."""
    ENVIRONMENT = "environment"
    ARGUMENT = "argument"
    POLICY = "policy"
    """The administrator's order: nothing else has an effect."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One effective setting."""

    value: str | None
    """A number as its digits, a switch as `true` or `false`; None: not set, the program finds out
    by itself."""
    origin: Origin
    where: str = field(default="", compare=False)
    """The file and its line, the variable, the argument or the registry key; empty: the program."""

    @property
    def locked(self) -> bool:
        """Set by the administrator; nothing else has an effect."""
        return self.origin is Origin.POLICY

    @property
    def given(self) -> bool:
        """Given for this run alone: what a file says has no effect until the next."""
        return self.origin in (Origin.ARGUMENT, Origin.ENVIRONMENT)

    @property
    def on(self) -> bool:
        """Whether a switch is on."""
        return self.value == "true"


@dataclass(frozen=True, slots=True)
class EffectiveSettings:
    """All settings; the fields are named like the keys of the files, `_` for the dot of a table."""

    portal: Setting
    """Base URL, as it was written; judged where it is used."""
    language: Setting
    """`tr` or `en`."""
    theme: Setting
    """`system`, `light`, `dark` or `contrast`."""
    scale: Setting
    """Text size in per cent, 100 to 200."""
    keypad_shuffle: Setting
    """Switch: whether the digits of the on-screen keypad begin out of order."""
    module: Setting
    """Absolute path of a PKCS#11 library, instead of detection."""
    card_types: Setting
    """Absolute path of the user's own card-type table."""
    updates: Setting
    """Switch: whether newer versions are looked for."""
    proxy_mode: Setting
    """`system`, `none`, `pac` or `manual`."""
    proxy_address: Setting
    """`http://HOST:PORT` for `manual`."""
    proxy_user: Setting
    """The account there, or None. Its password is in the key store."""
    proxy_exceptions: Setting
    """Hosts that need no proxy, separated by commas; `.example.org` stands for all below it."""
    proxy_pac: Setting
    """Address or absolute path of a proxy auto-config file for `pac`."""
    time_stamp_url: Setting
    """Address of the RFC 3161 server; in a file, `url` of the table `time_stamp`."""
    time_stamp_user: Setting
    """The account there, or None; `user` of that table. Its password is in the key store."""
    time_stamp_method: Setting
    """How the account is proved, `basic` or `identity`; `method` of that table."""
    problems: tuple[Failure, ...] = ()
    """What of the files does not count, each with file and line."""

    def setting(self, key: str) -> Setting:
        """One setting by the name of its field."""
        found = getattr(self, key)
        if not isinstance(found, Setting):
            raise KeyError(key)
        return found
