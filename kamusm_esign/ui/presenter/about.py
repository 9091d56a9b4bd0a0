"""Screen 15 in words."""

from dataclasses import dataclass
from enum import Enum

from kamusm_esign.domain.component import Component
from kamusm_esign.domain.failures import Failure
from kamusm_esign.domain.update import Update
from kamusm_esign.ui.presenter import about_intents, intents
from kamusm_esign.ui.presenter.about_models import AboutPage, LicenceRow
from kamusm_esign.ui.presenter.pieces import Button, Chip, Fact, Frame, Notice
from kamusm_esign.ui.presenter.words import Words

_MEGABYTE = 1_000_000


class Phase(Enum):
    """How it stands with newer versions."""

    OFF = "off"
    LOOKING = "looking"
    NONE = "none"
    UNKNOWN = "unknown"
    """Nobody could be asked, or what they said was refused."""
    OFFERED = "offered"
    DOWNLOADING = "downloading"
    READY = "ready"
    """The installer is here, and verified."""
    OPENED = "opened"


_CHIPS: dict[Phase, tuple[str, str]] = {
    Phase.OFF: ("info", "info"),
    Phase.LOOKING: ("info", "hourglass"),
    Phase.NONE: ("ok", "check"),
    Phase.UNKNOWN: ("warn", "question"),
    Phase.OFFERED: ("info", "save"),
    Phase.DOWNLOADING: ("info", "hourglass"),
    Phase.READY: ("ok", "check"),
    Phase.OPENED: ("ok", "check"),
}


@dataclass(frozen=True, slots=True)
class About:
    """What the page is made of."""

    version: str
    phase: Phase
    update: Update | None = None
    failure: Failure | None = None
    folder: str = ""
    """Where the installer lies."""
    minimum: str = ""
    """What the portal asks for at least; empty: it accepts this version, or was not asked."""
    components: tuple[Component, ...] = ()
    chosen: str = ""
    """Whose licence is shown."""
    text: str = ""


def present_about(about: About, words: Words) -> AboutPage:
    """The page."""
    name = _in_words(about)
    kind, icon = _CHIPS[about.phase] if name == about.phase.value else ("warn", "alert")
    known = about.update
    said: dict[str, str | int] = {
        "version": known.manifest.version if known else "",
        "size": round(known.file.size / _MEGABYTE) if known else 0,
        "folder": about.folder,
        "minimum": about.minimum,
    }
    return AboutPage(
        frame=Frame(
            screen=15,
            title=words("about.title"),
            primary=None if about.chosen else _primary(about, words),
            secondary=_secondary(about, words),
        ),
        name=words("about.name"),
        maker=words("about.maker"),
        facts=(
            Fact(words("about.version"), about.version),
            Fact(words("about.licence"), words("about.licence-text")),
        ),
        update_title=words("about.update"),
        chip=Chip(kind, words(f"about.{name}"), icon),
        update_text=words(f"about.{name}-text", **said),
        licences_title=words("about.licences"),
        licences_lead=words("about.licences-lead" if about.components else "about.licences-none"),
        licences=tuple(
            LicenceRow(one.name, f"{one.version} · {one.licence}") for one in about.components
        ),
        notice=words.notice(about.failure) or _too_old(about, words),
        busy=about.phase in (Phase.LOOKING, Phase.DOWNLOADING),
        text_title=about.chosen,
        text=about.text,
    )


def _in_words(about: About) -> str:
    """Which texts the state has: nothing newer is no good news where this version is refused."""
    stuck = about.minimum and about.phase in (Phase.NONE, Phase.UNKNOWN)
    return "stuck" if stuck else about.phase.value


def _too_old(about: About, words: Words) -> Notice | None:
    if not about.minimum:
        return None
    text = words("about.too-old-text", minimum=about.minimum, version=about.version)
    return Notice("warn", words("about.too-old"), text)


def _primary(about: About, words: Words) -> Button | None:
    """The next step of an update; none where there is nothing to do."""
    if about.phase is Phase.OFFERED:
        return Button(words("about.download"), about_intents.DownloadUpdate(), "save")
    if about.phase is Phase.READY:
        return Button(words("about.open"), about_intents.OpenInstaller(), "external")
    if about.phase in (Phase.NONE, Phase.UNKNOWN):
        return Button(words("about.look"), about_intents.LookForUpdate(), "refresh")
    return None


def _secondary(about: About, words: Words) -> Button:
    if about.chosen:
        return Button(words("about.back"), about_intents.ShowLicence(""), "arrow-left")
    return Button(words("button.home"), intents.GoHome(), "home")
