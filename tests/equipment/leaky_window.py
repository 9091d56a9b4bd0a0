"""`kamusm-esign gui` that keeps a copy of every PIN that is sent on: what the search must find."""

import sys

from kamusm_esign.app import main
from kamusm_esign.domain.secret import Secret, SecretBox, SecretHandle

kept: list[str] = []


def put(box: SecretBox, secret: Secret, really: object = SecretBox.put) -> SecretHandle:
    """Keep it as a text, as somebody might by mistake."""
    kept.append(bytes(secret.view()).decode("ascii"))
    assert callable(really)
    handle = really(box, secret)
    assert isinstance(handle, SecretHandle)
    return handle


if __name__ == "__main__":
    SecretBox.put = put  # type: ignore[method-assign, assignment]
    sys.exit(main())
