"""Writes the helpdesk's guide (`docs/helpdesk`) from the catalogue.

    python -m tests.helpdesk.make_guide              the pages
    python -m tests.helpdesk.make_guide --pictures   the pages, and the pictures of the screens anew

One page for each screen and each failure code, and one with all of them and a search. What a
failure means and what to do comes from the texts that the program shows; what the helpdesk asks and
does stands in `docs/helpdesk/paragraphs.toml`. A failure code without its paragraph is an error
here, and pages that are not up to date are one in `tests/helpdesk/test_guide.py`.
"""

import html
import os
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kamusm_esign.domain.failures import FailureCode
from kamusm_esign.domain.incident import ALPHABET
from kamusm_esign.domain.remedies import REMEDIES
from kamusm_esign.support.catalogue import Catalogue

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "helpdesk"
PARAGRAPHS = FOLDER / "paragraphs.toml"
SCREENS = tuple(range(1, 16))
PICTURES: Mapping[int, str] = {
    1: "home",
    2: "code",
    3: "step-up",
    4: "new-pin",
    5: "working",
    6: "result-failed",
    7: "review-grant",
    8: "sign-pin",
    9: "change",
    10: "card",
    11: "doctor-report",
    12: "settings",
    13: "unfinished",
    14: "verify",
    15: "about-none",
}
"""Screen → the sample that is its picture."""
WIDTH = 900
"""Pixels of a picture."""
FAMILIES = {
    "KRT": "Kart, okuyucu, sürücü",
    "PRT": "Portal ve ağ",
    "IMZ": "İmza ve sertifika",
    "SYS": "Uygulama",
}


class MissingParagraphError(Exception):
    """A failure code or screen of which the guide says nothing."""


def read_paragraphs(path: Path = PARAGRAPHS) -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Tables `failure` and `screen`, checked: two texts for each, none too many.

    Raises:
        MissingParagraphError: with what is missing or left over.
    """
    with path.open("rb") as file:
        tables: dict[str, dict[str, Any]] = tomllib.load(file)
    wanted = {
        "failure": {code.value for code in FailureCode},
        "screen": {str(number) for number in SCREENS},
    }
    for table, names in wanted.items():
        found = tables.get(table, {})
        odd = names ^ found.keys() | {
            name
            for name, texts in found.items()
            if not (isinstance(texts, list) and len(texts) == 2 and all(texts))
        }
        if odd:
            raise MissingParagraphError(f"{path.name} [{table}]: {', '.join(sorted(odd))}")
    return tables


def pages() -> Mapping[str, str]:
    """File name → content of every page."""
    paragraphs, catalogue = read_paragraphs(), Catalogue.load("tr", "pages")
    made = {"index.html": _index(paragraphs, catalogue), "dinleme.html": _spoken(catalogue)}
    for number in SCREENS:
        made[f"ekran-{number}.html"] = _screen(number, paragraphs["screen"][str(number)], catalogue)
    for code in FailureCode:
        made[f"{code.value}.html"] = _failure(code, paragraphs["failure"][code.value], catalogue)
    return made


def _page(title: str, body: str, *, home: bool = True) -> str:
    back = '<p><a href="index.html">← Bütün ekranlar ve kodlar</a></p>\n' if home else ""
    script = "" if home else '<script src="search.js" defer></script>\n'
    return (
        '<!DOCTYPE html>\n<html lang="tr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)} – Yardım masası kılavuzu</title>\n"
        f'<link rel="stylesheet" href="guide.css">\n{script}</head>\n<body>\n<main>\n'
        f"{back}<h1>{_text(title)}</h1>\n{body}</main>\n</body>\n</html>\n"
    )


def _text(text: str) -> str:
    """Words between backticks are commands."""
    pieces = html.escape(text, quote=True).split("`")
    return "".join(f"<code>{p}</code>" if place % 2 else p for place, p in enumerate(pieces))


def _index(paragraphs: Mapping[str, Mapping[str, Sequence[str]]], catalogue: Catalogue) -> str:
    body = [
        "<p>Arayandan <strong>ekran numarasını</strong> (sağ altta) ve <strong>hata ya da olay "
        "kodunu</strong> alınız. PIN, PUK, doğrulama kodu ve SMS kodu hiçbir zaman sorulmaz.</p>\n",
        '<p><label for="q">Ara: kod, ekran ya da söz</label>\n'
        '<input id="q" type="search" autocomplete="off"></p>\n'
        '<p id="count" role="status"></p>\n',
        '<p><a href="dinleme.html">Olay kodunu telefonda almak</a></p>\n',
        "<h2>Ekranlar</h2>\n<ul>\n",
    ]
    for number in SCREENS:
        title = f"Ekran {number}: {catalogue.text(f'screen.{number}')}"
        body.append(_entry(f"ekran-{number}.html", title, *paragraphs["screen"][str(number)]))
    body.append("</ul>\n")
    for family, name in FAMILIES.items():
        body.append(f"<h2>{family}: {_text(name)}</h2>\n<ul>\n")
        for code in sorted(FailureCode, key=lambda code: code.value):
            if code.family == family:
                said = catalogue.explained(code)
                more = (said.body, said.todo, *paragraphs["failure"][code.value])
                body.append(_entry(f"{code.value}.html", f"{code.value} {said.title}", *more))
        body.append("</ul>\n")
    return _page("Yardım masası kılavuzu", "".join(body), home=False)


def _entry(file: str, title: str, *searched: str) -> str:
    words = html.escape(" ".join(searched), quote=True)
    return f'<li data-words="{words}"><a href="{file}">{_text(title)}</a></li>\n'


def _screen(number: int, paragraph: Sequence[str], catalogue: Catalogue) -> str:
    what, ask = paragraph
    title = f"Ekran {number}: {catalogue.text(f'screen.{number}')}"
    picture = ""
    if number in PICTURES:
        alt = html.escape(title, quote=True)
        picture = f'<p><img src="ekran-{number}.png" alt="{alt}" width="{WIDTH}"></p>\n'
    body = f"<p>{_text(what)}</p>\n{picture}{_section('Arayana sorunuz', ask)}"
    return _page(title, body)


def _failure(code: FailureCode, paragraph: Sequence[str], catalogue: Catalogue) -> str:
    said, (ask, do) = catalogue.explained(code), paragraph
    body = [
        _section("Nedeni", said.body),
        _section("Arayanın ekranında yazan sonraki adım", said.todo),
        _section("Arayana sorunuz", ask),
        _section("Yapınız", do),
    ]
    remedy = REMEDIES.get(code)
    if remedy is not None:
        button = catalogue.text(f"doctor_fix.{remedy.value}")
        body.append(
            _section("Uygulamanın kendisi", f"“Sorun giderme” ekranındaki düğme: “{button}”.")
        )
    return _page(f"{code.value} {said.title}", "".join(body))


def _section(title: str, text: str) -> str:
    return f"<h2>{_text(title)}</h2>\n<p>{_text(text)}</p>\n"


def _spoken(catalogue: Catalogue) -> str:
    rows = "".join(
        f"<tr><td>{letter}</td><td>{_text(word)}</td></tr>\n"
        for letter, word in zip(ALPHABET, catalogue.spoken(ALPHABET), strict=True)
    )
    body = (
        "<p>Olay kodu sekiz harf ve rakamdır; sonuncusu ötekileri denetler. Arayan her harfi bir "
        "kelimeyle söyler. I, İ, O, 0 ve 1 kodda yer almaz.</p>\n"
        "<p>Kodu çözmek için: “Sorun giderme” ekranında “Olay kodunu çöz” ya da "
        "<code>kamusm-esign decode KOD</code>. Yanlış alınan bir harf anlaşılır; uygulama ne "
        "olabileceğini söyler. Kodda ekran, hata, sürüm, işletim sistemi ve kalan deneme hakkı "
        "vardır; kişisel bilgi yoktur.</p>\n"
        f"<table>\n<tr><th>Harf</th><th>Kelime</th></tr>\n{rows}</table>\n"
    )
    return _page("Olay kodunu telefonda almak", body)


def stale() -> Iterator[str]:
    """Names of pages that are not what they should be, that are missing or left over."""
    made = pages()
    there = {path.name for path in FOLDER.glob("*.html")}
    yield from sorted(there - made.keys())
    for name, content in made.items():
        path = FOLDER / name
        if name not in there or path.read_text("utf-8") != content:
            yield name


def write() -> None:
    """Write every page, and take away what is none any more."""
    made = pages()
    for path in FOLDER.glob("*.html"):
        if path.name not in made:
            path.unlink()
    for name, content in made.items():
        (FOLDER / name).write_text(content, "utf-8", newline="\n")


def take_pictures() -> None:
    """One small picture for each screen."""
    from PySide6.QtCore import Qt, qInstallMessageHandler
    from PySide6.QtGui import QImage

    from kamusm_esign.ui.style.theme import theme
    from tests.ui.equipment import application
    from tests.ui.pages.stage import settle
    from tests.ui.pictures import picture

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = application()
    qInstallMessageHandler(lambda *_: None)
    theme.set("light", 1.0)
    for number, name in PICTURES.items():
        window = picture("tr", name, (1366, 768))
        image = window.grab().toImage()
        smooth = Qt.TransformationMode.SmoothTransformation
        small = image.scaledToWidth(WIDTH, smooth).convertToFormat(QImage.Format.Format_RGB888)
        small.save(str(FOLDER / f"ekran-{number}.png"), quality=0)
        window.close()
        window.deleteLater()
        settle()
    app.processEvents()


def main(arguments: Sequence[str]) -> None:
    """Write the guide."""
    write()
    if "--pictures" in arguments:
        take_pictures()


if __name__ == "__main__":
    main(sys.argv[1:])
