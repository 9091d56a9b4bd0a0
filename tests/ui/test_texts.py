"""The texts of the first paint: read without a TOML parser, and complete in both languages."""

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import kamusm_esign.ui
from kamusm_esign.resource_files import resource
from kamusm_esign.support.catalogue import placeholders, visible
from kamusm_esign.ui.texts import Texts, plain_toml

SOURCES = {
    language: resource("i18n", f"home.{language}.toml").read_text("utf-8")
    for language in ("tr", "en")
}
ALL = {language: plain_toml(source) for language, source in SOURCES.items()}


def flat(tree: dict[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in tree.items():
        inner = flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
        found |= inner
    return found


@pytest.mark.parametrize("language", SOURCES)
def test_the_plain_reader_reads_what_toml_says(language: str) -> None:
    assert ALL[language] == flat(tomllib.loads(SOURCES[language]))


def test_both_languages_have_the_same_texts_with_the_same_parameters() -> None:
    turkish, english = (
        {key: placeholders(text) for key, text in texts.items()} for texts in ALL.values()
    )
    assert turkish == english


@pytest.mark.parametrize("language", SOURCES)
def test_every_text_says_something(language: str) -> None:
    for key, text in ALL[language].items():
        assert text.strip() == text != "", key
        assert text == visible(text), key
        assert "  " not in text, key


def test_every_text_is_used_and_every_used_text_is_there() -> None:
    folder = Path(kamusm_esign.ui.__file__).parent
    source = "\n".join(path.read_text("utf-8") for path in folder.rglob("*.py"))
    strings = {
        node.value
        for node in ast.walk(ast.parse(source.replace("from __future__ import annotations", "")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    named = {s for s in strings if re.fullmatch(r"(frame|home|guide|status)\.[\w.-]*\w", s)}
    widgets = re.compile(r"home\.guide.*|status\.(token|reader|driver|portal)\.fix|guide\.panel")
    missing = {n for n in named if n not in ALL["tr"] and not widgets.fullmatch(n)}
    assert missing <= {"home.code", "frame.problem"}
    # Names that are put together of parts.
    made = re.compile(
        r"(home|guide)\.\w+\.(title|text|needs|path)"
        r"|status\.(driver|reader)-[\w-]+|status\.(reader|driver|token|portal)"
    )
    assert {key for key in ALL["tr"] if key not in strings and not made.fullmatch(key)} == set()


def test_a_text_with_its_parameters() -> None:
    assert Texts("en")("frame.step", now=2, count=4) == "Step 2 / 4"
    with pytest.raises(KeyError):
        Texts("en")("frame.nothing")
