"""`kamusm-esign settings`: what holds, where it comes from, and what does not count."""

from typing import Any

from kamusm_esign.cli.output import show
from kamusm_esign.cli.result import Shown, exit_status, failure_json, print_json
from kamusm_esign.domain.outcome import Outcome
from kamusm_esign.domain.settings import EffectiveSettings, Setting
from kamusm_esign.support.settings_keys import KEYS, written_key

_SCREEN = 12
_PERSONAL = frozenset(("proxy_user", "time_stamp_user"))
"""Names of accounts: shown whole where personal data is."""


def show_settings(settings: EffectiveSettings, shown: Shown, *, as_json: bool) -> int:
    """Print the settings and return the exit status: 0, or 2 where something does not count.

    What does not count was told on standard error already; `--json` lists it too.
    """
    if as_json:
        print_json(settings_json(settings, shown))
    else:
        for name in KEYS:
            show(_line(name, settings.setting(name), shown))
    problem = next(iter(settings.problems), None)
    return exit_status(Outcome.SUCCEEDED if problem is None else Outcome.FAILED, problem)


def settings_json(settings: EffectiveSettings, shown: Shown) -> dict[str, Any]:
    """The object of docs/cli.md."""
    return {
        "command": "settings",
        "settings": [_setting_json(name, settings.setting(name), shown) for name in KEYS],
        "problems": [failure_json(problem, _SCREEN, shown) for problem in settings.problems],
    }


def _setting_json(name: str, setting: Setting, shown: Shown) -> dict[str, Any]:
    text = _value(name, setting, shown)
    return {
        "key": written_key(name),
        "value": None if text is None else KEYS[name].value(text),
        "origin": setting.origin.value,
        "where": setting.where or None,
        "locked": setting.locked,
    }


def _value(name: str, setting: Setting, shown: Shown) -> str | None:
    if setting.value is None or name not in _PERSONAL:
        return setting.value
    return shown.holder_id(setting.value)


def _line(name: str, setting: Setting, shown: Shown) -> str:
    text = shown.catalogue.text
    value = _value(name, setting, shown)
    origin = text(f"setting_origin.{setting.origin.value}")
    where = text("cli.setting-where", origin=origin, where=setting.where)
    return text(
        "cli.setting",
        name=written_key(name),
        value=text("cli.setting-unset") if value is None else value,
        origin=where if setting.where else origin,
    )
