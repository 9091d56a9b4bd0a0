"""Models of screen 15, made by the presenter."""

from collections.abc import Callable
from datetime import timedelta

from kamusm_esign.domain.component import Component
from kamusm_esign.domain.failures import Failure, FailureCode
from kamusm_esign.domain.update import Update, UpdateFile, UpdateManifest
from kamusm_esign.ui.presenter.about import About, Phase, present_about
from kamusm_esign.ui.presenter.words import Words
from tests.equipment.values import SERVER_TIME

Make = Callable[[Words], object]

FILE = UpdateFile("kamusm-esign_2.1.0_amd64.deb", "linux-deb", 42_100_000, "ab" * 32)
MANIFEST = UpdateManifest(7, "2.1.0", SERVER_TIME, SERVER_TIME + timedelta(days=90), (FILE,))
UPDATE = Update(MANIFEST, FILE, "https://portal.example/indir/")
COMPONENTS = tuple(
    Component(name, version, licence, "https://example.org", (f"{name}.txt",))
    for name, version, licence in (
        ("asn1crypto", "1.5.1", "MIT"),
        ("cryptography", "50.0.1", "Apache-2.0 OR BSD-3-Clause"),
        ("PySide6_Essentials", "6.11.3", "LGPL-3.0-only"),
        ("pyscard", "2.3.1", "LGPL-2.1-or-later"),
        ("Qt", "6.11.3", "LGPL-3.0-only"),
    )
)


def about(phase: Phase, **more: object) -> Make:
    """The page at a point of an update."""
    known = phase not in (Phase.OFF, Phase.LOOKING, Phase.NONE, Phase.UNKNOWN)
    state = About(
        "2.0.0",
        phase,
        update=UPDATE if known else None,
        components=COMPONENTS,
        folder="/home/ayse/.local/share/kamusm-esign/updates",
        **more,  # type: ignore[arg-type]
    )
    return lambda words: present_about(state, words)


ABOUT: dict[str, Make] = {f"about-{phase.value}": about(phase) for phase in Phase} | {
    "about-refused": about(Phase.UNKNOWN, failure=Failure.of(FailureCode.UPDATE_NOT_SIGNED)),
    "about-changed": about(Phase.OFFERED, failure=Failure.of(FailureCode.UPDATE_FILE_CHANGED)),
    "about-needed": about(Phase.OFFERED, minimum="2.1.0"),
    "about-stuck": about(Phase.NONE, minimum="2.1.0"),
    "about-stuck-unknown": about(Phase.UNKNOWN, minimum="2.1.0"),
    "about-licence": about(Phase.NONE, chosen="asn1crypto", text="The MIT License\n\n" * 40),
}
"""Name → how to make it."""
