"""Links that open the window: `kamusm-esign://code/` and the 15 digits, nothing else."""

import re

SCHEME = "kamusm-esign"
PRACTICE_SCHEME = "kamusm-esign-practice"
"""Links of the practice portal; only the sandbox takes them."""

_LINK = re.compile(r"([a-z-]+)://code/([0-9]{15})")
_CODE = re.compile(r"[0-9]{15}")
_LONGEST = 64
"""Characters; nothing longer is looked at."""


def code_in_link(link: str, scheme: str = SCHEME) -> str | None:
    """Return the code that a link carries, or None where it is no link of ours.

    The code is only put into the field: whoever clicked still has to press the button.
    """
    if len(link) > _LONGEST:
        return None
    found = _LINK.fullmatch(link)
    return found.group(2) if found and found.group(1) == scheme else None


def code_typed(text: str) -> str | None:
    """Return the code of `--code`, which may be in groups, or None where it is none."""
    if len(text) > _LONGEST:
        return None
    digits = text.replace(" ", "").replace("-", "")
    return digits if _CODE.fullmatch(digits) else None
