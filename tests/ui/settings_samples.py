"""Models of screen 12, made by the presenter from settings of every origin."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kamusm_esign.domain.accounts import Account
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.settings import EffectiveSettings, Origin, Setting
from kamusm_esign.support.settings_file import ignored
from kamusm_esign.support.settings_keys import KEYS, Problem
from kamusm_esign.ui.presenter.settings import SettingsState, Tested, present_settings
from kamusm_esign.ui.presenter.words import Words

Make = Callable[[Words], object]
POLICY = "/etc/kamusm-esign/policy.toml"


def settings(**given: Setting | str) -> EffectiveSettings:
    """Settings of a user's file, the rest the program's own."""
    values: dict[str, Any] = {
        name: Setting(key.default, Origin.DEFAULT) for name, key in KEYS.items()
    }
    for name, value in given.items():
        values[name] = Setting(value, Origin.FILE) if isinstance(value, str) else value
    return EffectiveSettings(**values)


def ordered(value: str, line: int = 1) -> Setting:
    """A setting that an administrator has locked."""
    return Setting(value, Origin.POLICY, f"{POLICY}:{line}")


MANUAL = settings(
    proxy_mode="manual",
    proxy_address="http://proxy.kurum.gov.tr:3128",
    proxy_user="ayse",
    time_stamp_method="identity",
    time_stamp_user="1234567",
)
LOCKED = settings(
    portal=ordered("https://portal.kurum.gov.tr", 3),
    language=ordered("tr"),
    scale=ordered("150"),
    keypad_shuffle=ordered("true"),
    proxy_mode=ordered("pac", 7),
    proxy_pac=ordered("https://proxy.kurum.gov.tr/proxy.pac", 8),
    module=Setting("/usr/lib/libakisp11.so", Origin.ARGUMENT, "--module"),
)
IGNORED = (
    ignored("/home/ayse/.config/kamusm-esign/settings.toml", 4, "colour", Problem("unknown")),
    Failure.of(
        FailureCode.SETTINGS_INVALID, path="/etc/kamusm-esign/settings.toml", line=2, detail="x"
    ),
)
REFUSED = {
    "proxy_address": ignored(str(Path("/x")), None, "proxy.address", Problem("address")),
    "proxy_password": Failure.of(FailureCode.PASSWORD_NOT_KEPT),
}

STATES = {
    "settings": SettingsState(settings()),
    "settings-manual": SettingsState(MANUAL, {Account.PROXY: True}, tested=Tested(ms=412)),
    "settings-refused": SettingsState(
        MANUAL, refused=REFUSED, tested=Tested(failure=Failure.of(FailureCode.PROXY_FAILED))
    ),
    "settings-locked": SettingsState(LOCKED, tested=Tested(running=True)),
    "settings-ignored": SettingsState(
        EffectiveSettings(
            **{name: settings().setting(name) for name in KEYS},
            problems=IGNORED,
        )
    ),
}


def _shown(state: SettingsState) -> Make:
    return lambda words: present_settings(state, words)


SETTINGS: dict[str, Make] = {name: _shown(state) for name, state in STATES.items()}
