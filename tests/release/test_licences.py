"""What others made of the program is named, with its licence, and everybody gets the texts."""

import json
import re
from importlib import metadata, resources
from typing import Any

import jsonschema_rs
import pytest

from release import sbom
from release.contents import ROOT
from release.licences import FOLDER, GNU, LIST, components, texts
from tests.release.conftest import Dist
from tests.release.test_bundle import modules_in

LISTED: list[dict[str, Any]] = json.loads((FOLDER / LIST).read_text("utf-8"))
OF_THE_MACHINE = {"Python", "python.txt"}
"""Another version of Python has another text; the list names the one that it was made with."""


def test_the_list_is_what_is_installed() -> None:
    """If not: `python -m release.licences`."""
    made = [c for c in components() if c["name"] not in OF_THE_MACHINE]
    assert [c for c in LISTED if c["name"] not in OF_THE_MACHINE] == made
    assert len(made) > 30


def test_the_texts_are_those_of_the_packages() -> None:
    made = texts()
    assert {path.name for path in FOLDER.iterdir()} == {*made, LIST}
    different = {name for name, text in made.items() if (FOLDER / name).read_text("utf-8") != text}
    assert different <= OF_THE_MACHINE


@pytest.mark.parametrize("component", LISTED, ids=lambda component: component["name"])
def test_each_has_its_text(component: dict[str, Any]) -> None:
    text = "".join((FOLDER / name).read_text("utf-8") for name in component["texts"])
    words = {
        "MIT": "Permission is hereby granted",
        "LGPL-3.0-only": "GNU LESSER GENERAL PUBLIC LICENSE",
        "LGPL-2.1-or-later": "GNU LESSER GENERAL PUBLIC LICENSE",
        "Apache-2.0": "Apache License",
        "BSD-3-Clause": "Redistribution and use",
        "OFL-1.1": "SIL OPEN FONT LICENSE",
        "PSF-2.0": "PYTHON SOFTWARE FOUNDATION LICENSE|PSF LICENSE",
        "MPL-2.0": "Mozilla Public License",
        "MIT-0": "Permission is hereby granted",
        "Unicode-3.0": "UNICODE LICENSE V3",
    }
    first = re.split(r" (?:AND|OR|WITH) ", component["licence"])[0]
    assert re.search(words.get(first, "GNU GENERAL PUBLIC LICENSE"), text, re.IGNORECASE)
    assert component["home"].startswith("https://")


def test_what_is_in_the_bundle_is_in_the_list(dist: Dist) -> None:
    providers = metadata.packages_distributions()
    names = {re.sub(r"[-_.]+", "-", c["name"]).casefold() for c in LISTED}
    unnamed = set()
    for top in {module.split(".")[0] for module in modules_in(dist.program)}:
        owners = {re.sub(r"[-_.]+", "-", d).casefold() for d in providers.get(top, ())}
        if owners and not owners & (names | {"kamusm-esign"}):
            unnamed |= owners
    assert unnamed == set()


def test_the_bundle_has_list_texts_and_bill(dist: Dist) -> None:
    folder = dist.bundle / "_internal/kamusm_esign/resources/licences"
    assert {path.name for path in FOLDER.iterdir()} | {"sbom.cdx.json"} == {
        path.name for path in folder.iterdir()
    }
    (beside,) = dist.folder.glob("*.cdx.json")
    assert beside.read_bytes() == (folder / "sbom.cdx.json").read_bytes()


def test_the_bill_of_materials(tmp_path: Any) -> None:
    for name in ("one", "two"):
        sbom.write(tmp_path / name)
    text = (tmp_path / "one").read_text()
    assert text == (tmp_path / "two").read_text()
    bill = json.loads(text)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert {(c["name"], c["version"]) for c in bill["components"]} == {
        (c["name"], c["version"]) for c in LISTED
    }
    assert bill["metadata"]["component"]["name"] == "kamusm-esign"
    schemas = resources.files("cyclonedx") / "schema" / "_res"

    def schema(uri: str) -> Any:
        name = uri.rpartition("/")[2].split(".schema")[0].removesuffix(".SNAPSHOT")
        name += ".SNAPSHOT.schema.json"
        return json.loads((schemas / name).read_text("utf-8"))

    whole = schema("bom-1.6.schema.json")
    jsonschema_rs.validator_for(whole, retriever=schema).validate(bill)


def test_libraries_under_the_lgpl_can_be_exchanged(dist: Dist) -> None:
    """They lie in the bundle as files of their own; the program only loads them."""
    theirs = {c["name"] for c in LISTED if c["licence"] in (*GNU, "LGPL-2.1-or-later")}
    assert theirs == {"PySide6_Essentials", "Qt", "pyscard", "shiboken6"}
    found = {path.name for path in dist.bundle.rglob("*.so*") if not path.is_symlink()}
    for library in ("libQt6Core.so.6", "libQt6Widgets.so.6", "QtWidgets.abi3.so"):
        assert library in found
    assert [name for name in found if name.startswith("libshiboken6")]
    assert [name for name in found if name.startswith("_scard.")]
    assert "source" in (ROOT / "docs/release.md").read_text("utf-8")
