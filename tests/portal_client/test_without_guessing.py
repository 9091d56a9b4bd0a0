"""requests is imported without what guesses, without a warning, and nobody else misses it."""

import json
import subprocess
import sys

from tests.equipment.portal_double import PortalDouble

START = """
import json, sys
from kamusm_esign.portal_client.transport import Outgoing, Transport
from kamusm_esign.portal_client.call import Cancel
said = Transport(user_agent="test").send(Outgoing("GET", sys.argv[1] + "/api/v1/client"), Cancel())
guessing = [name for name in ("chardet", "charset_normalizer") if name in sys.modules]
import charset_normalizer, requests
print(json.dumps([said.status, guessing, requests.compat.chardet]))
"""


def test_the_portal_is_asked_without_what_guesses() -> None:
    with PortalDouble() as portal:
        command = [sys.executable, "-W", "error", "-c", START, portal.url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == [200, [], None]
