"""The colours, as roles: a widget names a role and never a value.

Light and dark values keep text pairs at 4.5:1 and edges at 3:1 (WCAG 2.2, 1.4.3 and 1.4.11).
Under high contrast a role is one of the palette's own colours.
"""

from typing import Literal

Role = Literal[
    "page",
    "surface",
    "surface2",
    "line",
    "control",
    "text",
    "text2",
    "navy",
    "rail",
    "on-rail",
    "on-rail2",
    "rail-next",
    "rail-line",
    "teal",
    "teal-tint",
    "amber",
    "amber-hover",
    "amber-down",
    "amber-line",
    "amber-cap",
    "on-amber",
    "on-cap",
    "amber-text",
    "amber-tint",
    "green",
    "green-tint",
    "green-line",
    "red",
    "red-tint",
    "red-line",
    "dis",
    "dis-text",
    "focus",
]

VALUES: dict[Role, tuple[str, str]] = {
    "page": ("#F3F5F8", "#10161D"),
    "surface": ("#FFFFFF", "#18212B"),
    "surface2": ("#EDF1F5", "#212D39"),
    "line": ("#D5DCE4", "#324152"),
    "control": ("#6F7C89", "#8496A8"),
    "text": ("#1B1F24", "#E9EEF3"),
    "text2": ("#4A5663", "#B3C0CC"),
    "navy": ("#12355B", "#CFE3F8"),
    "rail": ("#12355B", "#0C1F35"),
    "on-rail": ("#FFFFFF", "#FFFFFF"),
    "on-rail2": ("#C3D2E2", "#B9CADB"),
    "rail-next": ("#A9BED4", "#8FA6BD"),
    "rail-line": ("#2F5480", "#2C4766"),
    "teal": ("#0B7285", "#5CC8DA"),
    "teal-tint": ("#E3F2F5", "#12323A"),
    "amber": ("#F5B301", "#F5B301"),
    "amber-hover": ("#FFC533", "#FFC533"),
    "amber-down": ("#DBA000", "#DBA000"),
    "amber-line": ("#A87900", "#F5B301"),
    "amber-cap": ("#12355B", "#12355B"),
    "on-amber": ("#1B1F24", "#1B1F24"),
    "on-cap": ("#FFFFFF", "#FFFFFF"),
    "amber-text": ("#7A5200", "#FFCF5C"),
    "amber-tint": ("#FFF4D1", "#3A2E0B"),
    "green": ("#1E7B34", "#6FD08A"),
    "green-tint": ("#E6F4EA", "#15301E"),
    "green-line": ("#A6D3B1", "#2F6B42"),
    "red": ("#B3261E", "#FF9A91"),
    "red-tint": ("#FCEBEA", "#3B1B1A"),
    "red-line": ("#E9B0AC", "#7A3A36"),
    "dis": ("#E4E8ED", "#26323E"),
    "dis-text": ("#5F6B77", "#93A2B1"),
    "focus": ("#0B7285", "#5CC8DA"),
}
"""Role → (light, dark)."""

CONTRAST: dict[Role, str] = {
    **dict.fromkeys(("page", "surface", "surface2", "rail", "teal-tint", "dis"), "window"),
    **dict.fromkeys(("amber-tint", "green-tint", "red-tint"), "window"),
    **dict.fromkeys(("line", "control", "text", "text2", "navy", "teal", "focus"), "text"),
    **dict.fromkeys(("on-rail", "on-rail2", "rail-next", "rail-line"), "text"),
    **dict.fromkeys(("amber-line", "amber-text", "green", "green-line", "red", "red-line"), "text"),
    **dict.fromkeys(("amber", "amber-hover", "amber-down", "on-cap"), "highlight"),
    **dict.fromkeys(("on-amber", "amber-cap"), "highlighted"),
    "dis-text": "disabled",
}
"""Role → what it is under high contrast: `window`, `text`, `highlight`, `highlighted` (the text
on a highlight) or `disabled`."""


def luminance(value: str) -> float:
    """Relative luminance of `#RRGGBB`, 0 to 1 (WCAG 2.2)."""
    channels = (int(value[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two `#RRGGBB` colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
