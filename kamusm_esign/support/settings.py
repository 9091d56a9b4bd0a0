"""The effective settings, and where each of them comes from.

A setting comes from, strongest first: the administrator's policy, an argument, the environment, the
user's file, the program. What the policy sets is locked: an argument or a variable that says
something else is refused, a line in the user's file has no effect.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from kamusm_esign.domain.failures import FailedError, FailureCode

DEFAULT_PORTAL = "https://onlineislemler.kamusm.gov.tr/api/v1"
"""To be confirmed before shipping: no public source names the host of the API."""

LANGUAGES = ("tr", "en")

ENVIRONMENT = {"portal": "KAMUSM_ESIGN_PORTAL", "module": "KAMUSM_ESIGN_MODULE"}


class Origin(Enum):
    """Where a setting comes from."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"
    ARGUMENT = "argument"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Setting:
    """One effective setting."""

    value: str | None
    """None: not set, the program finds out by itself."""
    origin: Origin

    @property
    def locked(self) -> bool:
        """Set by the administrator; nothing else has an effect."""
        return self.origin is Origin.POLICY


@dataclass(frozen=True, slots=True)
class EffectiveSettings:
    """All settings; the fields are named like the keys of the files, `_` for the dot of a table."""

    portal: Setting
    """Base URL, as it was written; judged where it is used."""
    language: Setting
    """`tr` or `en`."""
    module: Setting
    """Absolute path of a PKCS#11 library, instead of detection."""
    card_types: Setting
    """Absolute path of the user's own card-type table."""
    time_stamp_url: Setting
    """Address of the RFC 3161 server; in a file, `url` of the table `time_stamp`."""
    time_stamp_user: Setting
    """The account there, or None; `user` of that table. Its password is in the key store."""
    time_stamp_method: Setting
    """How the account is proved, `basic` or `identity`; `method` of that table."""


_DEFAULTS: dict[str, str | None] = {
    "portal": DEFAULT_PORTAL,
    "language": "tr",
    "module": None,
    "card_types": None,
    "time_stamp_url": None,
    "time_stamp_user": None,
    "time_stamp_method": None,
}
_TABLES = ("time_stamp",)
"""Tables of the files: the key of a setting is the table's and its own."""
_ONE_OF = {"language": LANGUAGES, "time_stamp_method": ("basic", "identity")}


def load_settings(
    *,
    user_file: Path,
    policy_file: Path,
    must_exist: bool = False,
    arguments: Mapping[str, str | None] | None = None,
    environ: Mapping[str, str] | None = None,
) -> EffectiveSettings:
    """Read both files and put everything together.

    Args:
        user_file: the user's TOML file; it need not exist unless `must_exist` (`--settings FILE`).
        policy_file: the administrator's TOML file; it need not exist.
        must_exist: whether a missing `user_file` is a failure.
        arguments: values from the command line by key; None means "not given".
        environ: instead of the process's environment.

    Raises:
        FailedError: `SETTINGS_INVALID` (a file), `USAGE` (an argument or a variable),
            `LOCKED_BY_POLICY`.
    """
    policy = _read(policy_file, must_exist=False)
    in_file = _read(user_file, must_exist=must_exist)
    environ = os.environ if environ is None else environ
    in_environment = {key: environ.get(name) or None for key, name in ENVIRONMENT.items()}
    given = {
        Origin.ARGUMENT: {key: value for key, value in (arguments or {}).items() if value},
        Origin.ENVIRONMENT: {key: value for key, value in in_environment.items() if value},
    }
    for origin, values in given.items():
        _judge_given(origin, values, policy)
    sources: dict[Origin, Mapping[str, str | None]] = {
        Origin.POLICY: policy,
        **given,
        Origin.FILE: in_file,
        Origin.DEFAULT: _DEFAULTS,
    }
    return EffectiveSettings(**{key: _first(key, sources) for key in _DEFAULTS})


def _first(key: str, sources: Mapping[Origin, Mapping[str, str | None]]) -> Setting:
    origin = next(origin for origin, values in sources.items() if key in values)
    return Setting(sources[origin][key], origin)


def _judge_given(origin: Origin, values: Mapping[str, str], policy: Mapping[str, str]) -> None:
    for key, value in values.items():
        if key in policy and policy[key] != value:
            raise FailedError.of(FailureCode.LOCKED_BY_POLICY, key=key)
        problem = _problem(key, value)
        if problem:
            name = ENVIRONMENT[key] if origin is Origin.ENVIRONMENT else "--" + key
            raise FailedError.of(FailureCode.USAGE, detail=f"{name}: {problem}")


def _problem(key: str, value: object) -> str | None:
    """Why a value cannot be one, in the words of a configuration error; None where it can."""
    if not isinstance(value, str):
        return "not a text"
    if not value or not value.isprintable():
        return "empty or not printable"
    if key in _ONE_OF and value not in _ONE_OF[key]:
        return "neither " + " nor ".join(_ONE_OF[key])
    if key in ("module", "card_types") and not Path(value).is_absolute():
        return "not an absolute path"
    return None


def _read(path: Path, *, must_exist: bool) -> dict[str, str]:
    try:
        # Editors on Windows put a byte order mark in front, which TOML does not know.
        text = path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        if not must_exist:
            return {}
        raise _invalid(path, None, "no such file") from None
    except OSError as error:
        raise _invalid(path, None, type(error).__name__) from error
    except UnicodeDecodeError as error:
        raise _invalid(path, None, "not UTF-8") from error
    import tomllib

    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what, _, where = str(error).partition(" (at ")
        line = re.match(r"line (\d+)", where)
        last = text.rstrip().count("\n") + 1
        raise _invalid(path, int(line.group(1)) if line else last, f"not TOML: {what}") from error
    except (ValueError, RecursionError) as error:  # numbers without end, brackets without end
        raise _invalid(path, None, f"not TOML: {type(error).__name__}") from None
    values = dict(_flat(found))
    for written, value in values.items():
        key = _field(written)
        problem = "unknown key" if key not in _DEFAULTS else _problem(key, value)
        if problem:
            table, _, name = str(written).rpartition(".")
            at = _line_of(name, text) or _line_of(table, text)
            raise _invalid(path, at, f"{written}: {problem}")
    return {_field(written): value for written, value in values.items()}


def _flat(found: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The values of a file, those in known tables as `table.key`."""
    for key, value in found.items():
        if key in _TABLES and isinstance(value, dict):
            yield from ((f"{key}.{inner}", each) for inner, each in value.items())
        else:
            yield key, value


def _field(written: str) -> str:
    """The setting that a key of a file names; a key with `_` for the dot names none."""
    table, dot, key = written.partition(".")
    known = not dot and any(written.startswith(name + "_") for name in _TABLES)
    return "" if known else f"{table}_{key}" if dot else written


def _line_of(key: str, text: str) -> int | None:
    """The line that sets `key` or opens the table of that name, counted from 1."""
    wanted = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*[=.\]]""")
    lines = text.split("\n")
    return next((number for number, line in enumerate(lines, 1) if wanted.match(line)), None)


def _invalid(path: Path, line: int | None, detail: str) -> FailedError:
    return FailedError.of(FailureCode.SETTINGS_INVALID, path=str(path), line=line, detail=detail)
