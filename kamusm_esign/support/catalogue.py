"""The texts: one entry per failure code and per word that is shown, in Turkish and English.

Casing is never changed here or anywhere (İ and ı): texts stand in the files as they are shown.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kamusm_esign.domain.failures import Failure, FailureCode, ParamValue
from kamusm_esign.resource_files import resource

_LONG_WAIT = 120
"""Seconds from which on a waiting time is told in minutes."""

_DURATIONS = {"wait": "retry_after", "difference": "seconds"}
"""Durations in words, and the parameter of the failure that holds their seconds."""

_IN_GENERAL: Mapping[FailureCode, Mapping[str, ParamValue]] = {
    FailureCode.SETTINGS_INVALID: {"path": "settings.toml", "line": None, "detail": "…"},
    FailureCode.SETTING_IGNORED: {
        **{"path": "settings.toml", "line": None, "key": "…"},
        **{"setting_problem": "unknown", "allowed": ""},
    },
}
"""Data for texts that make no sense without any."""

_UNSHOWN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
"""Unicode categories that are invisible or change how the rest is shown."""


@dataclass(frozen=True, slots=True)
class FailureText:
    """A failure in words."""

    title: str
    """What happened."""
    body: str
    """What that means; whether the PIN changed and a try was spent, where the code tells."""
    todo: str
    """The one next step."""


class Catalogue:
    """All texts of one language; the files are read when the first of them is wanted."""

    def __init__(self, language: str, *files: Path) -> None:
        self.language = language
        """`tr` or `en`."""
        self._files = files

    @classmethod
    def load(cls, language: str, *more: str) -> "Catalogue":
        """The texts of one language.

        Args:
            language: `tr` or `en`.
            more: files besides the common one, e.g. `pages`; no two have a table in common.

        Raises:
            FileNotFoundError: there is no such language, or the installation is incomplete.
        """
        names = (f"{language}.toml", *(f"{name}.{language}.toml" for name in more))
        return cls(language, *(resource("i18n", name) for name in names))

    @cached_property
    def _texts(self) -> Mapping[str, Any]:
        import tomllib

        tables: dict[str, Any] = {}
        for path in self._files:
            with path.open("rb") as file:
                tables |= tomllib.load(file)
        return tables

    def read(self) -> None:
        """Read the files now; the first text then comes at once."""
        _ = self._texts

    def text(self, key: str, **params: ParamValue) -> str:
        """One text by its dotted key, e.g. `pin_state.final-try`, with its parameters.

        Control and formatting characters in parameters are made visible.

        Raises:
            KeyError: there is no such text, or a parameter is missing.
        """
        found: Any = self._texts
        for part in key.split("."):
            found = found[part]
        if not isinstance(found, str):
            raise KeyError(key)
        return _filled(found, params)

    def failure(self, failure: Failure) -> FailureText:
        """A failure in words.

        Besides the failure's own parameters, texts may use what is made of them: `wait` and
        `difference` are durations in words, `setting_problem` and `problem` become sentences, and
        `problems` those of the rules that it names (values of `PinProblem`, blanks between); these
        take `minimum` and `maximum` from the failure, or else the product's limits.

        Raises:
            KeyError: the code has no entry.
        """
        entry: Mapping[str, str] = self._texts["failure"][failure.code.value]
        params = dict(failure.params)
        for name, source in _DURATIONS.items():
            seconds = params.get(source)
            if isinstance(seconds, int):
                params[name] = self._duration(abs(seconds))
        problems = params.get("problems")
        if isinstance(problems, str):
            params["problems"] = self._problems(problems, params)
        problem = params.get("problem")
        if isinstance(problem, str):
            params["problem"] = self.text(f"code_problem.{problem}")
        reason = params.get("setting_problem")
        if isinstance(reason, str):
            allowed = params.get("allowed")
            params["setting_problem"] = self.text(f"setting_problem.{reason}", allowed=allowed)
        suffix = _suffix(entry, params)
        parts = (entry.get(name + suffix, entry[name]) for name in ("title", "body", "todo"))
        return FailureText(*(_filled(part, params) for part in parts))

    def explained(self, code: FailureCode) -> FailureText:
        """A failure code in general, without the data of one case."""
        return self.failure(Failure.of(code, **_IN_GENERAL.get(code, {})))

    def fact(self, name: str, value: str) -> str:
        """One fact of a check in words; names and numbers stay as they are, made visible."""
        words: Mapping[str, Any] = self._texts["fact"]
        known = words.get(name)
        found = known.get(value) if isinstance(known, dict) else None
        return found if isinstance(found, str) else visible(value)

    def spoken(self, code: str) -> tuple[str, ...]:
        """A word for each letter and digit of an incident code; other characters are left out."""
        words = self._texts["spoken"]
        return tuple(words[letter] for letter in code if letter in words)

    def _problems(self, names: str, params: Mapping[str, ParamValue]) -> str:
        from kamusm_esign.domain.pin_policy import PRODUCT_LIMITS

        limits = {"minimum": PRODUCT_LIMITS.minimum, "maximum": PRODUCT_LIMITS.maximum}
        given = {name: params[name] for name in limits if params.get(name) is not None}
        return " ".join(
            _filled(self._texts["problem"][name], {**limits, **given}) for name in names.split()
        )

    def _duration(self, seconds: int) -> str:
        unit, count = "seconds", max(seconds, 1)
        if seconds >= _LONG_WAIT:
            unit, count = "minutes", -(-seconds // 60)
        return self.text(f"unit.{unit}_one" if count == 1 else f"unit.{unit}", count=count)


def placeholders(text: str) -> frozenset[str]:
    """The names of the parameters that a text uses."""
    import string

    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def visible(text: str) -> str:
    """Foreign text with control, formatting and bidirectional characters made visible."""
    return "".join(
        c if unicodedata.category(c) not in _UNSHOWN else f"[U+{ord(c):04X}]" for c in text
    )


def _suffix(entry: Mapping[str, str], params: Mapping[str, ParamValue]) -> str:
    """Which form of a failure's texts fits: a value is not known, or a count is 0 or 1."""
    used = placeholders(entry["title"] + entry["body"] + entry["todo"])
    if any(params.get(name) is None for name in used):
        return "_none"
    counted = params.get("attempts_left")
    return {0: "_zero", 1: "_one"}.get(counted, "") if isinstance(counted, int) else ""


def _filled(text: str, params: Mapping[str, ParamValue]) -> str:
    shown = {name: visible(v) if isinstance(v, str) else v for name, v in params.items()}
    return text.format_map(shown)
