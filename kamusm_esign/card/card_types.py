"""Reads the card-type table, strictly: `resources/card-types.toml` and a file of the user's own."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kamusm_esign.card.admin_key import AdminKeyPlace
from kamusm_esign.card.drivers import CardType, CardTypes, pure_path
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.tokens import UnblockMethod
from kamusm_esign.resource_files import resource

_SYSTEMS = ("linux", "windows")
_LONGEST_ATR = 33
_PATTERN = re.compile(r"(?:[0-9A-Fa-f.X]{2})+")
_Directories = Mapping[str, tuple[str, ...]]


def load_card_types(user_file: Path | None = None) -> CardTypes:
    """Read the shipped table, and the user's own file before it.

    Raises:
        FailedError: `SETTINGS_INVALID`, with `path`, `line` (None where it is not known), `detail`.
    """
    common, shipped = _read(resource("card-types.toml"), {})
    own = _read(user_file, common)[1] if user_file is not None else []
    return CardTypes([*own, *shipped])


class _InvalidError(Exception):
    """What is wrong, as `where: what`."""


def _read_toml(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise _invalid(path, str(error), int(line[1]) if line else None) from None
    except (OSError, ValueError, RecursionError) as error:  # not UTF-8, numbers without end, …
        raise _invalid(path, type(error).__name__) from None


def _invalid(path: Path, detail: str, line: int | None = None) -> FailedError:
    return FailedError.of(FailureCode.SETTINGS_INVALID, path=str(path), line=line, detail=detail)


def _read(path: Path, common: _Directories) -> tuple[_Directories, list[CardType]]:
    """The directories for every row, these and the common ones, and the rows."""
    table = _read_toml(path)
    try:
        _only(table, {"directories", "card_type"}, "file")
        places = _join(_per_system(table.get("directories", {}), "directories"), common)
        rows = table.get("card_type", [])
        if not isinstance(rows, list):
            raise _InvalidError("card_type: not a list of tables")
        return places, [_row(row, f"card_type[{i}]", places) for i, row in enumerate(rows)]
    except _InvalidError as error:
        raise _invalid(path, str(error)) from None


def _join(first: _Directories, second: _Directories) -> _Directories:
    return {s: (*first.get(s, ()), *second.get(s, ())) for s in _SYSTEMS}


def _row(row: object, where: str, places: _Directories) -> CardType:
    if not isinstance(row, dict):
        raise _InvalidError(f"{where}: not a table")
    _only(row, set(CardType.__dataclass_fields__), where)
    name = row.get("name")
    if not isinstance(name, str) or not name:
        raise _InvalidError(f"{where}.name: not a text")
    own = _per_system(row.get("directories", {}), f"{where}.directories")
    card_type = CardType(
        name=name,
        atr=_patterns(row, "atr", where),
        historical_bytes=_patterns(row, "historical_bytes", where),
        libraries=_per_system(row.get("libraries", {}), f"{where}.libraries"),
        directories=_join(places, own),
        reveals_tries=_flag(row, "reveals_tries", where),
        reveals_puk_tries=_flag(row, "reveals_puk_tries", where),
        unblock_methods=_methods(row, where),
        challenge_response=_admin_key_place(row, where),
    )
    wants_place = UnblockMethod.CHALLENGE_RESPONSE in card_type.unblock_methods
    if wants_place is (card_type.challenge_response is None):
        raise _InvalidError(f"{where}.challenge_response: belongs to the method challenge-response")
    if not (card_type.atr or card_type.historical_bytes):
        raise _InvalidError(f"{where}: neither atr nor historical_bytes")
    if not card_type.libraries:
        raise _InvalidError(f"{where}.libraries: missing")
    _check_library_names(card_type, where)
    return card_type


def _check_library_names(card_type: CardType, where: str) -> None:
    for system, names in card_type.libraries.items():
        for name in names:
            pure = pure_path(system)(name)
            if not pure.is_absolute() and (pure.name != name or name == ".."):
                raise _InvalidError(
                    f"{where}.libraries.{system}: neither a name nor absolute: {name}"
                )


def _only(table: Mapping[str, object], known: set[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise _InvalidError(f"{where}: unknown key {key}")


def _per_system(value: object, where: str) -> _Directories:
    if not isinstance(value, dict):
        raise _InvalidError(f"{where}: not a table")
    _only(value, set(_SYSTEMS), where)
    return {system: _texts(texts, f"{where}.{system}") for system, texts in value.items()}


def _texts(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
        raise _InvalidError(f"{where}: not a list of texts")
    return tuple(value)


def _patterns(row: Mapping[str, object], key: str, where: str) -> tuple[str, ...]:
    texts = _texts(row.get(key, []), f"{where}.{key}")
    for text in texts:
        if not _PATTERN.fullmatch(text) or len(text) > 2 * _LONGEST_ATR:
            raise _InvalidError(f"{where}.{key}: not hex: {text}")
    return texts


def _flag(row: Mapping[str, object], key: str, where: str) -> bool:
    value = row.get(key, False)
    if not isinstance(value, bool):
        raise _InvalidError(f"{where}.{key}: not true or false")
    return value


def _admin_key_place(row: Mapping[str, object], where: str) -> AdminKeyPlace | None:
    table, where = row.get("challenge_response"), f"{where}.challenge_response"
    if table is None:
        return None
    if not isinstance(table, dict):
        raise _InvalidError(f"{where}: not a table")
    _only(table, set(AdminKeyPlace.__dataclass_fields__), where)
    application = table.get("application", "")
    if not (isinstance(application, str) and re.fullmatch(r"(?:[0-9A-F]{2}){0,16}", application)):
        raise _InvalidError(f"{where}.application: not hex")
    return AdminKeyPlace(
        application=bytes.fromhex(application),
        admin_key=_byte(table, "admin_key", where),
        pin=_byte(table, "pin", where),
        pin_length=_byte(table, "pin_length", where) if "pin_length" in table else None,
        pin_padding=_byte(table, "pin_padding", where) if "pin_padding" in table else 0xFF,
    )


def _byte(table: Mapping[str, object], key: str, where: str) -> int:
    value = table.get(key)
    if type(value) is not int or not 0 <= value <= 0xFF:
        raise _InvalidError(f"{where}.{key}: not a number from 0 to 255")
    return value


def _methods(row: Mapping[str, object], where: str) -> tuple[UnblockMethod, ...]:
    default = [UnblockMethod.SO_PIN.value]
    texts = _texts(row.get("unblock_methods", default), f"{where}.unblock_methods")
    known = {method.value: method for method in UnblockMethod}
    for text in texts:
        if text not in known:
            raise _InvalidError(f"{where}.unblock_methods: unknown: {text}")
    return tuple(known[text] for text in texts)
