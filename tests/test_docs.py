"""The documentation: every link leads somewhere, and what it names is there."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\[[^\]]*\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?)\s*$", re.MULTILINE)
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The names that headings have as links, as GitHub makes them."""
    text = _CODE.sub(lambda found: found[0].strip("`"), page.read_text("utf-8"))
    names = set()
    for heading in _HEADING.findall(text):
        kept = "".join(c for c in heading if c.isalnum() or c in " -_")
        names.add(kept.lower().replace(" ", "-"))
    return names


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links(page: Path) -> None:
    text = _CODE.sub("", page.read_text("utf-8"))
    for link in _LINK.findall(text):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        assert not anchor or target.suffix != ".md" or anchor in anchors(target), link


def test_every_picture_is_shown_somewhere() -> None:
    texts = "".join(page.read_text("utf-8") for page in PAGES)
    for picture in (ROOT / "docs" / "pictures").iterdir():
        assert picture.name in texts, picture.name


def test_both_user_guides_have_the_same_parts() -> None:
    guides = [ROOT / "docs" / "guide" / name for name in ("kullanim.md", "user-guide.md")]
    counts = []
    for guide in guides:
        text = guide.read_text("utf-8")
        counts.append((len(_HEADING.findall(text)), text.count("\n| ")))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("guide", "language"), [("kullanim.md", "tr"), ("user-guide.md", "en")])
def test_buttons_are_called_what_they_are(guide: str, language: str) -> None:
    """What stands in bold is a text of the program, of the portal, or a word of emphasis."""
    text = (ROOT / "docs" / "guide" / guide).read_text("utf-8")
    found = (" ".join(words.split()) for words in re.findall(r"\*\*([^*]+)\*\*", text))
    bold = {words for words in found if not words.endswith(".")}
    texts = _texts(ROOT / "resources" / "i18n", f"{language}.toml")
    texts |= _texts(ROOT / "kamusm_esign" / "sandbox" / "portal" / "texts", ".toml")
    unknown = {word for word in bold if word not in texts} - _EMPHASIS
    assert not unknown


_EMPHASIS = {"olay kodunu", "bir kez", "incident code", "once", "Ayarlar", "Settings"}


def _texts(folder: Path, ending: str) -> set[str]:
    found: set[str] = set()

    def take(value: object) -> None:
        if isinstance(value, dict):
            for inner in value.values():
                take(inner)
        elif isinstance(value, list):
            for inner in value:
                take(inner)
        elif isinstance(value, str):
            found.add(value.strip("[]"))

    for file in folder.rglob(f"*{ending}"):
        take(tomllib.loads(file.read_text("utf-8")))
    return found
