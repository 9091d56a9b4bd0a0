"""Screen 12: the settings in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kamusm_esign.domain.accounts import Account
from kamusm_esign.domain.failures import Failure
from kamusm_esign.domain.settings import EffectiveSettings, Setting
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.pieces import Button, Frame, Notice
from kamusm_esign.ui.presenter.settings_models import (
    Option,
    SettingGroup,
    SettingRow,
    SettingsPage,
)
from kamusm_esign.ui.presenter.words import Words

SCALES = ("100", "125", "150", "175", "200")
"""Text sizes that the page offers, in per cent."""

PASSWORDS = {Account.PROXY: "proxy_password", Account.TIME_STAMP: "time_stamp_password"}
"""Whose password → the key of its row."""


@dataclass(frozen=True, slots=True)
class Tested:
    """How the trial of the connection stands."""

    running: bool = False
    failure: Failure | None = None
    ms: int = 0
    """Milliseconds until the portal had answered."""


@dataclass(frozen=True, slots=True)
class SettingsState:
    """What the page is made of."""

    settings: EffectiveSettings
    kept: Mapping[Account, bool] = field(default_factory=dict)
    """Whether a password is in the key store; missing: not looked yet."""
    refused: Mapping[str, Failure] = field(default_factory=dict)
    """Key of a row → why its last change was refused."""
    tested: Tested | None = None


def present_settings(state: SettingsState, words: Words) -> SettingsPage:
    """The page."""
    rows = _Rows(state, words)
    problems = [words.notice(problem) for problem in state.settings.problems]
    return SettingsPage(
        frame=Frame(
            screen=12,
            title=words("settings.title"),
            secondary=Button(words("button.home"), intents.GoHome(), "home"),
        ),
        groups=(_look(rows), _keypad(rows), _network(rows), _time_stamp(rows), _advanced(rows)),
        notices=tuple(notice for notice in problems if notice is not None),
        about=Button(words("settings.about"), intents.OpenJob("about"), "info"),
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """Makes rows of one state."""

    state: SettingsState
    words: Words

    def choice(self, key: str, values: Sequence[str], *, shown: bool = True) -> SettingRow:
        options = tuple(Option(v, self.words(f"settings.{key}-{v or 'none'}")) for v in values)
        return self._made(key, "choice", options=options, shown=shown)

    def switch(self, key: str) -> SettingRow:
        states = (("true", "settings.on"), ("false", "settings.off"))
        return self._made(
            key, "switch", options=tuple(Option(v, self.words(name)) for v, name in states)
        )

    def text(self, key: str, *, shown: bool = True, example: str = "") -> SettingRow:
        return self._made(key, "text", shown=shown, placeholder=example)

    def file(self, key: str, example: str) -> SettingRow:
        choose = self.words("settings.choose-file")
        return self._made(key, "file", placeholder=example, button=choose)

    def password(self, account: Account, *, shown: bool) -> SettingRow:
        """Never shows the password itself."""
        key, kept = PASSWORDS[account], self.state.kept.get(account, False)
        words, has_user = self.words, bool(self.value(key.replace("password", "user")))
        return SettingRow(
            *(key, "password", words(f"settings.{key}"), words("settings.password-text")),
            shown=shown and has_user,
            placeholder=words("settings.password-kept" if kept else "settings.password-none"),
            button=words("settings.password-keep"),
            other_button=words("settings.password-forget") if kept else "",
            problem=self._problem(key),
        )

    def value(self, key: str) -> str:
        return self.state.settings.setting(key).value or ""

    def _made(self, key: str, kind: str, **more: object) -> SettingRow:
        setting = self.state.settings.setting(key)
        return SettingRow(
            *(key, kind, self.words(f"settings.{key}"), self.words(f"settings.{key}-text")),
            value=setting.value or "",
            enabled=not (setting.locked or setting.given),
            reason=_reason(setting, self.words),
            problem=self._problem(key),
            **more,  # type: ignore[arg-type]
        )

    def _problem(self, key: str) -> str:
        failure = self.state.refused.get(key)
        if failure is None:
            return ""
        reason, allowed = failure.param("setting_problem"), failure.param("allowed")
        if reason is not None:
            why = self.words(f"setting_problem.{reason}", allowed=str(allowed or ""))
            return self.words("settings.refused", why=why)
        said = self.words.catalogue.failure(failure)
        return f"{said.title}. {said.body} {failure.code.value}"


def _reason(setting: Setting, words: Words) -> str:
    if setting.locked:
        return words("settings.locked", where=setting.where)
    if setting.given:
        return words("settings.given", where=setting.where)
    return ""


# ---------------------------------------------------------------------------- groups
def _look(rows: _Rows) -> SettingGroup:
    now = rows.value("scale")
    scales = SCALES if now in SCALES else tuple(sorted((*SCALES, now), key=int))
    sizes = tuple(Option(v, rows.words("settings.percent", count=v)) for v in scales)
    scale = rows._made("scale", "choice", options=sizes)
    themes = ("system", "light", "dark", "contrast")
    looks = (rows.choice("language", ("tr", "en")), rows.choice("theme", themes), scale)
    return SettingGroup(rows.words("settings.group-look"), looks)


def _keypad(rows: _Rows) -> SettingGroup:
    return SettingGroup(rows.words("settings.group-keypad"), (rows.switch("keypad_shuffle"),))


def _network(rows: _Rows) -> SettingGroup:
    mode = rows.value("proxy_mode")
    manual = mode == "manual"
    return SettingGroup(
        rows.words("settings.group-network"),
        (
            rows.choice("proxy_mode", ("system", "none", "pac", "manual")),
            rows.text("proxy_pac", shown=mode == "pac", example="https://example.org/proxy.pac"),
            rows.text("proxy_address", shown=manual, example="http://proxy.example.org:3128"),
            rows.text("proxy_user", shown=manual),
            rows.password(Account.PROXY, shown=manual),
            rows.text("proxy_exceptions", shown=manual, example="localhost, .example.org"),
        ),
        test=_test_button(rows),
        tested=_tested(rows.state.tested, rows.words),
    )


def _test_button(rows: _Rows) -> Button:
    tested, words = rows.state.tested, rows.words
    running = tested is not None and tested.running
    return Button(words("settings.test"), intents.TryConnection(), "network", enabled=not running)


def _tested(tested: Tested | None, words: Words) -> Notice | None:
    if tested is None:
        return None
    if tested.running:
        return Notice("info", words("settings.testing"))
    if tested.failure is None:
        return Notice("ok", words("settings.reached"), words("settings.reached-text", ms=tested.ms))
    text = words.catalogue.failure(tested.failure)
    return Notice("bad", text.title, f"{text.body} {text.todo}", tested.failure.code.value)


def _time_stamp(rows: _Rows) -> SettingGroup:
    has_account = bool(rows.value("time_stamp_method"))
    return SettingGroup(
        rows.words("settings.group-time-stamp"),
        (
            rows.text("time_stamp_url", example="http://zd.example.org"),
            rows.choice("time_stamp_method", ("", "basic", "identity")),
            rows.text("time_stamp_user", shown=has_account),
            rows.password(Account.TIME_STAMP, shown=has_account),
        ),
        lead=rows.words("settings.time-stamp-lead"),
    )


def _advanced(rows: _Rows) -> SettingGroup:
    shown = (
        rows.text("portal", example="https://"),
        rows.switch("updates"),
        rows.file("module", rows.words("settings.found-by-itself")),
    )
    # What has to be mended is not folded away.
    wrong = any(row.problem for row in shown)
    return SettingGroup(
        rows.words("settings.group-advanced"),
        shown,
        lead=rows.words("settings.advanced-lead"),
        folded="" if wrong else rows.words("settings.advanced-open"),
    )
