"""Schemes, text sizes, and what changes with them."""

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyle

from kamusm_esign.ui.style import icons
from kamusm_esign.ui.style.fonts import KINDS
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.text import Label


@pytest.mark.parametrize(
    ("scheme", "page"), [("light", "#f3f5f8"), ("dark", "#10161d"), ("system", "#f3f5f8")]
)
def test_scheme(app: QApplication, scheme: str, page: str) -> None:
    theme.set(scheme)
    assert theme.colour("page").name() == page
    assert app.palette().color(QPalette.ColorRole.Window).name() == page


def test_high_contrast_has_the_colours_of_the_system() -> None:
    palette, role = QPalette(), QPalette.ColorRole
    for name, value in (
        (role.Window, "#000000"),
        (role.WindowText, "#ffff00"),
        (role.Highlight, "#00ffff"),
        (role.HighlightedText, "#000000"),
    ):
        palette.setColor(name, QColor(value))
    theme.set_system_palette(palette)
    theme.set("contrast")
    assert theme.contrast
    found = {r: theme.colour(r).name() for r in ("page", "text", "line", "amber", "on-amber")}
    assert found == {
        "page": "#000000",
        "text": "#ffff00",
        "line": "#ffff00",
        "amber": "#00ffff",
        "on-amber": "#000000",
    }


def test_unknown_scheme() -> None:
    with pytest.raises(ValueError, match="pink"):
        theme.set("pink")


@pytest.mark.parametrize(
    ("wanted", "kept"), [(0.5, 1.0), (1.0, 1.0), (1.5, 1.5), (2.0, 2.0), (3.0, 2.0)]
)
def test_text_size(wanted: float, kept: float) -> None:
    theme.set(scale=wanted)
    assert theme.scale == kept
    assert theme.font("base").pointSizeF() == pytest.approx(11 * kept)
    assert theme.control_height(48) >= theme.metrics("base").height() + 22
    assert theme.control_height(48) >= 48


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_has_room_for_its_letters(kind: str) -> None:
    for scale in (1.0, 1.25, 2.0):
        theme.set(scale=scale)
        assert theme.line_height(kind) >= theme.metrics(kind).height()  # type: ignore[arg-type]


def test_a_change_is_told_and_measured_again() -> None:
    told: list[float] = []
    label = Label()
    label.set_text("Kartınızı takmadan da başlayabilirsiniz")
    before = label.sizeHint()
    theme.changed.connect(told_scale := lambda: told.append(theme.scale))
    theme.set(scale=2.0)
    theme.changed.disconnect(told_scale)
    assert told == [2.0]
    assert label.sizeHint().width() == pytest.approx(2 * before.width(), rel=0.05)


def test_nothing_moves_where_the_style_stands_still(app: QApplication) -> None:
    hint = QStyle.StyleHint.SH_Widget_Animation_Duration
    assert theme.milliseconds(160) == (160 if app.style().styleHint(hint) else 0)


def test_icons_are_painted_once_and_in_the_role() -> None:
    first = icons.icon("check", 16, "green", 2.0)
    assert first.cacheKey() == icons.icon("check", 16, "green", 2.0).cacheKey()
    assert first.size().toTuple() == (32, 32)
    image = first.toImage()
    colours = {
        image.pixelColor(x, y).name()
        for x in range(32)
        for y in range(32)
        if image.pixelColor(x, y).alpha() == 255
    }
    assert colours == {theme.colour("green").name()}


@pytest.mark.parametrize("name", ["card-into-reader", "code-on-portal", "lock-opens", "lock-stays"])
@pytest.mark.parametrize("scheme", ["light", "dark", "contrast"])
def test_drawings_have_every_scheme(name: str, scheme: str) -> None:
    theme.set(scheme)
    assert icons.drawing(name, 120, 1.5).width() == 180


def test_no_such_icon() -> None:
    with pytest.raises(FileNotFoundError):
        icons.icon("unicorn", 16, "text", 1.0)
