"""“Which one do I need?”: from what the person knows to the right way."""

from kamusm_esign.ui.texts import Texts
from kamusm_esign.ui.widgets.guide_panel import Answer

SITUATIONS = (
    ("known", "pin"),
    ("forgotten", "question"),
    ("blocked", "lock"),
    ("new", "card"),
    ("seal", "seal"),
)
"""What a person may know of the card, with its icon. Only the first needs no portal."""


def answers(texts: Texts, portal: str) -> tuple[Answer, ...]:
    """The guide in one language; `portal` is the address that its buttons open."""
    return tuple(_answer(name, icon, texts, portal) for name, icon in SITUATIONS)


def _answer(name: str, icon: str, texts: Texts, portal: str) -> Answer:
    title, text = texts(f"guide.{name}.title"), texts(f"guide.{name}.text")
    if name == "known":
        return Answer(icon, title, text, "", texts("home.changePin.title"), "arrow-right")
    shown = portal.removeprefix("https://").removeprefix("http://").rstrip("/")
    path = texts(f"guide.{name}.path")
    return Answer(icon, title, text, path, texts("guide.portal"), "external", shown)


def wish(place: int, portal: str) -> object:
    """The intent of the button in the answer at `place`."""
    from kamusm_esign.ui.presenter.intents import OpenAddress, OpenJob

    return OpenJob("change-pin") if SITUATIONS[place][0] == "known" else OpenAddress(portal)
