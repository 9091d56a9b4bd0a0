"""The one theme: colours by role, fonts by kind, sizes, and how much may move.

Widgets ask while they paint, so a change of colours needs nothing but a repaint. A change of the
text size tells every widget that its size hint is new.
"""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from kamusm_esign.ui.style import fonts
from kamusm_esign.ui.style.colours import CONTRAST, VALUES, Role, contrast
from kamusm_esign.ui.style.fonts import Kind

SCHEMES = ("system", "light", "dark", "contrast")
SCALES = (1.0, 2.0)
ARGUMENTS = ("-style", "Fusion")
"""Arguments for `QApplication`: one style everywhere (`setStyle` would take 9 ms longer)."""

READABLE = 4.5
"""Contrast that text needs (WCAG 2.2, 1.4.3)."""


class Theme(QObject):
    """What everything looks like now. There is one: `theme`."""

    changed = Signal()
    """Colours or sizes are different now."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted = "system"
        """What the person chose: one of `SCHEMES`."""
        self.shown = "light"
        """What is shown: `light`, `dark` or `contrast`."""
        self.scale = 1.0
        """Text size, 1.0 to 2.0."""
        self.generation = 0
        """Counts changes; what was measured under an older one is measured again."""
        self._colours: dict[Role, QColor] = {}
        self._fonts: dict[Kind, QFont] = {}
        self._metrics: dict[Kind, QFontMetrics] = {}
        self._exact: dict[Kind, tuple[QFontMetricsF, float]] = {}
        self._lines: dict[Kind, int] = {}
        self._system: QPalette | None = None

    # ------------------------------------------------------------------ what to show
    def start(self, scheme: str = "system", scale: float = 1.0) -> None:
        """Dress the application; once, before the first widget.

        The application is made with `ARGUMENTS`.
        """
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow)
        hints.accessibility().contrastPreferenceChanged.connect(self._follow)
        self.set(scheme, scale)

    def set(self, scheme: str | None = None, scale: float | None = None) -> None:
        """Choose colours (one of `SCHEMES`) and text size (1.0 to 2.0, kept within)."""
        if scheme is not None:
            if scheme not in SCHEMES:
                raise ValueError(scheme)
            self.wanted = scheme
        if scale is not None:
            self.scale = min(max(scale, SCALES[0]), SCALES[1])
        hints = QGuiApplication.styleHints()
        native = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        hints.setColorScheme(native.get(self.wanted, Qt.ColorScheme.Unknown))
        self._apply()

    def set_system_palette(self, palette: QPalette | None) -> None:
        """Take these colours for the system's own under high contrast; None: ask the system."""
        self._system = palette
        self._apply()

    def _follow(self) -> None:
        if self.wanted in ("system", "contrast"):
            self._apply()

    def _apply(self) -> None:
        self.shown = self._resolve()
        self.generation += 1
        self._colours.clear()
        self._fonts.clear()
        self._metrics.clear()
        self._lines.clear()
        self._exact.clear()
        if self.shown == "contrast":
            QApplication.setPalette(self._system or QPalette())
        self._colours = self._contrast_roles() if self.shown == "contrast" else self._own_roles()
        QApplication.setFont(self.font("base"))
        QApplication.setPalette(self._palette())
        for widget in QApplication.allWidgets():
            widget.updateGeometry()
            widget.update()
        self.changed.emit()

    def _resolve(self) -> str:
        if self.wanted != "system":
            return self.wanted
        hints = QGuiApplication.styleHints()
        accessibility = hints.accessibility()
        if accessibility.contrastPreference() == Qt.ContrastPreference.HighContrast:
            return "contrast"
        return "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"

    # ------------------------------------------------------------------ colours
    def _own_roles(self) -> dict[Role, QColor]:
        column = 1 if self.shown == "dark" else 0
        return {role: QColor(pair[column]) for role, pair in VALUES.items()}

    def _contrast_roles(self) -> dict[Role, QColor]:
        palette, colour = QApplication.palette(), QPalette.ColorRole
        found = {
            "window": palette.color(colour.Window),
            "text": palette.color(colour.WindowText),
            "highlight": palette.color(colour.Highlight),
            "highlighted": palette.color(colour.HighlightedText),
            "disabled": palette.color(QPalette.ColorGroup.Disabled, colour.WindowText),
        }
        if contrast(found["highlight"].name(), found["highlighted"].name()) < READABLE:
            found["highlight"], found["highlighted"] = found["text"], found["window"]
        if contrast(found["disabled"].name(), found["window"].name()) < READABLE:
            found["disabled"] = _between(found["text"], found["window"])
        return {role: found[name] for role, name in CONTRAST.items()}

    def _palette(self) -> QPalette:
        """Give what Qt draws by itself (menus, text cursors, tool tips) the same colours."""
        roles: dict[Role, tuple[str, ...]] = {
            "page": ("Window",),
            "surface": ("Base", "ToolTipBase", "Button"),
            "surface2": ("AlternateBase",),
            "text": ("WindowText", "Text", "ButtonText", "ToolTipText"),
            "teal": ("Highlight", "Link"),
            "text2": ("PlaceholderText",),
        }
        palette = QPalette(QApplication.palette())
        for role, names in roles.items():
            for name in names:
                palette.setColor(QPalette.ColorRole[name], self.colour(role))
        palette.setColor(QPalette.ColorRole.HighlightedText, self.colour("surface"))
        for name in ("WindowText", "Text", "ButtonText"):
            group, role_of_qt = QPalette.ColorGroup.Disabled, QPalette.ColorRole[name]
            palette.setColor(group, role_of_qt, self.colour("dis-text"))
        return palette

    def colour(self, role: Role) -> QColor:
        """Return the colour of a role as it is now."""
        return self._colours[role]

    @property
    def contrast(self) -> bool:
        """Whether this is high contrast: no tints, an edge around every chip and banner."""
        return self.shown == "contrast"

    # ------------------------------------------------------------------ type and sizes
    def font(self, kind: Kind) -> QFont:
        """Return the font of a kind at the present text size."""
        found = self._fonts.get(kind)
        if found is None:
            found = self._fonts[kind] = fonts.make(kind, self.scale)
        return found

    def metrics(self, kind: Kind) -> QFontMetrics:
        """Return the measures of a kind's font."""
        found = self._metrics.get(kind)
        if found is None:
            found = self._metrics[kind] = QFontMetrics(self.font(kind))
        return found

    def advance(self, kind: Kind, text: str) -> float:
        """Return how wide a text is on one line, in pixels."""
        found = self._exact.get(kind)
        if found is None:
            metrics = QFontMetricsF(self.font(kind))
            found = self._exact[kind] = (metrics, metrics.horizontalAdvance(" "))
        metrics, blank = found
        return blank if text == " " else metrics.horizontalAdvance(text)

    def line_height(self, kind: Kind) -> int:
        """Pixels from line to line; never less than the font needs."""
        found = self._lines.get(kind)
        if found is None:
            wanted = fonts.line_height(kind, self.scale)
            found = self._lines[kind] = max(wanted, self.metrics(kind).height())
        return found

    def control_height(self, least: int, kind: Kind = "base") -> int:
        """Height of a control that is `least` pixels high at the ordinary text size."""
        return max(least, self.metrics(kind).height() + 22)

    def px(self, size: int) -> int:
        """Scale an icon or a dot that stands beside text: half as fast as the text grows."""
        return round(size * (1 + (self.scale - 1) / 2))

    # ------------------------------------------------------------------ motion
    def milliseconds(self, wanted: int) -> int:
        """Return how long something may move; 0 where the system asks for stillness."""
        from PySide6.QtWidgets import QStyle  # its enums take 4 ms, and nothing moves at first

        # Qt says it since 6.12; the style's hint says it too where the desktop is asked for it.
        hints = QGuiApplication.styleHints()
        accessibility = hints.accessibility()  # both are kept as long as the question takes
        asked = getattr(accessibility, "motionPreference", None)
        if asked is not None and asked().name == "ReducedMotion":
            return 0
        style = QApplication.style()
        return wanted if style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) else 0


def _between(text: QColor, ground: QColor) -> QColor:
    """Return a colour that is weaker than a text on its ground, and still readable."""
    share = 0.6
    mixed = (
        round(a * share + b * (1 - share))
        for a, b in zip(text.getRgb()[:3], ground.getRgb()[:3], strict=True)  # type: ignore[index]
    )
    weaker = QColor(*mixed)
    return weaker if contrast(weaker.name(), ground.name()) >= READABLE else text


theme = Theme()
