"""The list of what others made of the program, and their licences."""

import json

from kamusm_esign.domain.component import Component
from kamusm_esign.resource_files import resource


def read_components() -> tuple[Component, ...]:
    """All of them; none where the list is missing, which the self-test tells."""
    try:
        listed = json.loads(resource("licences", "components.json").read_text("utf-8"))
        return tuple(
            Component(one["name"], one["version"], one["licence"], one["home"], tuple(one["texts"]))
            for one in listed
        )
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def licence_text(component: Component) -> str:
    """The text of a component's licence; empty where a file is missing."""
    try:
        files = [resource("licences", name) for name in component.texts]
        return "\n\n".join(file.read_text("utf-8", errors="replace") for file in files)
    except OSError:
        return ""
