"""One file of settings, and one policy: what counts of it, and what does not."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.support.settings_keys import KEYS, TABLES, Key, Problem, field_of


class Found(NamedTuple):
    """A value, and where it stands."""

    value: str | None
    where: str


@dataclass(frozen=True, slots=True)
class Layer:
    """What one source says."""

    values: dict[str, Found] = field(default_factory=dict)
    """By the names of the settings' fields."""
    problems: list[Failure] = field(default_factory=list)

    def take(self, written: str, value: object, path: str, line: int | None, *, lock: bool) -> None:
        """Take one entry, or note why it does not count.

        Args:
            written: the key as it stands there.
            value: what it is to be.
            path: the file or the registry's key.
            line: in the file, counted from 1.
            lock: an unusable value of a known setting locks the program's own.
        """
        name = field_of(written)
        key = KEYS.get(name)
        problem = Problem("unknown") if key is None else key.problem(value)
        where = path if line is None else f"{path}:{line}"
        if problem is None:
            self.values[name] = Found(Key.text(value), where)
            return
        self.problems.append(ignored(path, line, written, problem))
        if key is not None and lock:
            # What an administrator wanted to order is not left open to everybody.
            self.values[name] = Found(key.default, where)


def ignored(path: str, line: int | None, written: str, problem: Problem) -> Failure:
    """An entry that does not count."""
    return Failure.of(
        FailureCode.SETTING_IGNORED,
        path=path,
        line=line,
        key=written,
        setting_problem=problem.reason,
        allowed=problem.allowed,
    )


def read_layer(path: Path, *, must_exist: bool = False, lock: bool = False) -> Layer:
    """Read a TOML file.

    Args:
        path: it need not exist unless `must_exist`.
        must_exist: a missing or unreadable file is a failure.
        lock: a policy: what it orders must not go unnoticed.

    Raises:
        FailedError: `SETTINGS_INVALID`, for a file that is none, where one of both is asked for.
    """
    layer = Layer()
    try:
        source = _source(path, must_exist=must_exist)
        found = _tables(source, path)
    except FailedError as error:
        if must_exist or lock:
            raise
        layer.problems.append(error.failure)
        return layer
    for written, value in _flat(found):
        layer.take(written, value, str(path), _line_of(written, source), lock=lock)
    return layer


def _source(path: Path, *, must_exist: bool) -> str:
    try:
        # Editors on Windows put a byte order mark in front, which TOML does not know.
        return path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        if not must_exist:
            return ""
        raise _invalid(path, None, "no such file") from None
    except OSError as error:
        raise _invalid(path, None, type(error).__name__) from error
    except UnicodeDecodeError as error:
        raise _invalid(path, None, "not UTF-8") from error


def _tables(source: str, path: Path) -> dict[str, Any]:
    if not source:
        return {}
    import tomllib

    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        what, _, where = str(error).partition(" (at ")
        line = re.match(r"line (\d+)", where)
        last = source.rstrip().count("\n") + 1
        at = int(line.group(1)) if line else last
        raise _invalid(path, at, f"not TOML: {what}") from error
    except (ValueError, RecursionError) as error:  # numbers without end, brackets without end
        raise _invalid(path, None, f"not TOML: {type(error).__name__}") from None


def _flat(found: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The values of a file, those in known tables as `table.key`."""
    for key, value in found.items():
        if key in TABLES and isinstance(value, dict):
            yield from ((f"{key}.{inner}", each) for inner, each in value.items())
        else:
            yield key, value


def _line_of(written: str, source: str) -> int | None:
    """The line that sets a key, within its table where it has one, counted from 1."""
    table, _, name = written.rpartition(".")
    lines = source.split("\n")
    start = _line_with(table, lines, 0) or 0 if table else 0
    return _line_with(name, lines, max(start - 1, 0)) or start or None


def _line_with(key: str, lines: list[str], start: int) -> int | None:
    wanted = re.compile(rf"""\s*(\[*|[\w"']+\s*\.)\s*["']?{re.escape(key)}["']?\s*[=.\]]""")
    return next((n for n, line in enumerate(lines[start:], start + 1) if wanted.match(line)), None)


def _invalid(path: Path, line: int | None, detail: str) -> FailedError:
    return FailedError.of(FailureCode.SETTINGS_INVALID, path=str(path), line=line, detail=detail)
