"""The pages' texts: the same in both languages, none left over, none missing."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kamusm_esign.ui.presenter
from kamusm_esign.resource_files import resource
from kamusm_esign.support.catalogue import placeholders

PRESENTER = Path(kamusm_esign.ui.presenter.__file__).parent
KEY = re.compile(r"[a-z_]+\.[a-z0-9-]+")


def texts(name: str) -> dict[str, str]:
    """Every text of a file, by its dotted key."""

    def flat(table: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
        for key, value in table.items():
            if isinstance(value, dict):
                yield from flat(value, f"{prefix}{key}.")
            else:
                yield prefix + key, value

    return dict(flat(tomllib.loads(resource("i18n", name).read_text(encoding="utf-8")), ""))


FILES = ("pages", "signing", "document_view", "verify_page", "settings", "about")
TR, EN = (
    {key: text for file in FILES for key, text in texts(f"{file}.{language}.toml").items()}
    for language in ("tr", "en")
)
COMMON = texts("tr.toml") | texts("verify.tr.toml")
FRAME = texts("home.tr.toml")


def used(*more: Path) -> tuple[set[str], list[re.Pattern[str]]]:
    """What the presenter (and `more`) names: whole keys, and patterns of keys put together."""
    whole, patterns = set(), []
    for path in (*PRESENTER.glob("*.py"), *more):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        pieces = {id(v) for n in nodes if isinstance(n, ast.JoinedStr) for v in n.values}
        for node in nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if id(node) not in pieces:
                    whole.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [v.value if isinstance(v, ast.Constant) else None for v in node.values]
                pattern = "".join(".+" if p is None else re.escape(str(p)) for p in parts)
                if re.match(r"[a-z_]+\\\.", pattern):
                    patterns.append(re.compile(pattern))
    return whole, patterns


def test_both_languages_say_the_same_things_with_the_same_parameters() -> None:
    assert TR.keys() == EN.keys()
    assert {k: placeholders(TR[k]) for k in TR} == {k: placeholders(EN[k]) for k in EN}


@pytest.mark.parametrize("language", [TR, EN], ids=["tr", "en"])
def test_no_text_is_empty_or_unkempt(language: dict[str, str]) -> None:
    unkempt = [k for k, v in language.items() if not v or v != v.strip() or "  " in v]
    assert unkempt == []


def test_every_text_is_used() -> None:
    # The crash's dialog is shown before there is a desk: it takes its words itself.
    whole, patterns = used(PRESENTER.parent / "pages" / "crash_dialog.py")
    left_over = [k for k in TR if k not in whole and not any(p.fullmatch(k) for p in patterns)]
    assert left_over == []


def test_every_text_that_is_used_exists() -> None:
    whole, patterns = used()
    known = {*TR, *COMMON, *FRAME}
    tables = {key.split(".")[0] for key in known}
    missing = [
        key
        for key in whole
        if KEY.fullmatch(key) and key.split(".")[0] in tables and key not in known
    ]
    missing += [p.pattern for p in patterns if not any(p.fullmatch(key) for key in known)]
    assert missing == []


def test_no_table_of_the_pages_hides_one_that_all_share() -> None:
    assert not {k.split(".")[0] for k in TR} & {k.split(".")[0] for k in COMMON}
