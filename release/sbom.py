"""The bill of materials (CycloneDX 1.6, JSON), made of the list of licences."""

import json
import uuid
from datetime import UTC, datetime
from pathlib import Path

from cyclonedx.model import ExternalReference, ExternalReferenceType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.contact import OrganizationalEntity
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from kamusm_esign import __version__
from release.commit import commit_time
from release.licences import FOLDER, LIST
from release.licences import Component as Listed

NAME = "kamusm-esign"
SPACE = uuid.UUID("5f0b86a4-0e0f-5a0b-9f57-6b1d0a0c9c11")
"""Namespace of the serial numbers: one version of one commit has one."""


def write(to: Path) -> None:
    """Write it; the same commit gives the same bytes."""
    listed: list[Listed] = json.loads((FOLDER / LIST).read_text("utf-8"))
    program = Component(
        type=ComponentType.APPLICATION,
        name=NAME,
        version=__version__,
        bom_ref=NAME,
        supplier=OrganizationalEntity(name="Kamu SM"),
    )
    bom = Bom(
        serial_number=uuid.uuid5(SPACE, f"{__version__} {commit_time()}"),
        components=[_component(entry) for entry in listed],
    )
    bom.metadata.component = program
    bom.metadata.timestamp = datetime.fromtimestamp(int(commit_time()), UTC)
    bom.register_dependency(program, bom.components)
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(JsonV1Dot6(bom).output_as_string(indent=1) + "\n", "utf-8")


def _component(entry: Listed) -> Component:
    return Component(
        type=ComponentType.LIBRARY,
        name=entry["name"],
        version=entry["version"],
        bom_ref=f"{entry['name']}@{entry['version']}",
        purl=PackageURL.from_string(entry["purl"]) if entry["purl"] else None,
        licenses=[LicenseExpression(entry["licence"])],
        external_references=[
            ExternalReference(type=ExternalReferenceType.WEBSITE, url=XsUri(entry["home"]))
        ],
    )
