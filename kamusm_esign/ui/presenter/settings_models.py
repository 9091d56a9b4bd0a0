"""What screen 12 shows: plain values, every word already in the person's language."""

from dataclasses import dataclass

from kamusm_esign.ui.presenter.pieces import Button, Frame, Notice


@dataclass(frozen=True, slots=True)
class Option:
    """One value of several."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting and the control that changes it."""

    key: str
    """What `ChangeSetting` (or `KeepPassword`) names; never shown."""
    kind: str
    """`choice`, `switch`, `text`, `file` or `password`."""
    name: str
    text: str = ""
    """What it does."""
    value: str = ""
    options: tuple[Option, ...] = ()
    shown: bool = True
    """False: it has no meaning with the other settings as they are."""
    enabled: bool = True
    reason: str = ""
    """Why it cannot be changed here."""
    problem: str = ""
    """Why the last change was refused."""
    placeholder: str = ""
    button: str = ""
    """`file` and `password`: what leads on beside the field."""
    other_button: str = ""
    """`password`: how it is forgotten; empty: there is none."""


@dataclass(frozen=True, slots=True)
class SettingGroup:
    """Settings that belong together."""

    title: str
    rows: tuple[SettingRow, ...]
    lead: str = ""
    test: Button | None = None
    """Tries what the group sets."""
    tested: Notice | None = None
    """What came of it."""
    folded: str = ""
    """Text of the link that opens the group; empty: it is open."""


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """Screen 12."""

    frame: Frame
    groups: tuple[SettingGroup, ...]
    notices: tuple[Notice, ...] = ()
    """What of the files does not count."""
    about: Button | None = None
