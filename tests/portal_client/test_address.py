"""Addresses as people, policies and attackers write them."""

import pytest

from kamusm_esign.domain.failures import FailureCode
from kamusm_esign.portal_client.address import portal_base_url
from tests.portal_client.helpers import failure_of

GOOD = [
    ("https://portal.example", "https://portal.example/api/v1"),
    ("https://portal.example/", "https://portal.example/api/v1"),
    ("  https://portal.example/api/v1\n", "https://portal.example/api/v1"),
    ("https://portal.example/api/v1/", "https://portal.example/api/v1"),
    ("HTTPS://Portal.Example:443", "https://portal.example/api/v1"),
    ("https://portal.example:8443/islemler", "https://portal.example:8443/islemler/api/v1"),
    ("https://portal.example/a-b_c.d~e/api/v1", "https://portal.example/a-b_c.d~e/api/v1"),
    ("https://192.0.2.7", "https://192.0.2.7/api/v1"),
    ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443/api/v1"),
    ("https://xn--bavuru-29b.example", "https://xn--bavuru-29b.example/api/v1"),
    ("http://127.0.0.1:8000", "http://127.0.0.1:8000/api/v1"),
    ("http://127.8.9.1", "http://127.8.9.1/api/v1"),
    ("http://localhost:80", "http://localhost/api/v1"),
    ("http://[::1]:8000/api/v1", "http://[::1]:8000/api/v1"),
]

BAD = [
    "",
    "portal.example",
    "//portal.example",
    "https://",
    "https:///api/v1",
    "https:portal.example",
    "ftp://portal.example",
    "file:///etc/passwd",
    "http://portal.example",
    "http://192.0.2.7",
    "http://localhost.example",
    "http://127.0.0.1.example",
    "http://127.1",
    "http://0x7f000001",
    "http://[::ffff:127.0.0.1]",
    "http://128.0.0.1",
    "http://0.0.0.0",
    "https://user@portal.example",
    "https://user:word@portal.example",
    "https://@portal.example",
    "https://portal.example?x=1",
    "https://portal.example?",
    "https://portal.example#top",
    "https://portal.example#",
    "https://portal.example:0",
    "https://portal.example:",
    "https://portal.example:65536",
    "https://portal.example:8a",
    "https://portal..example",
    "https://-portal.example",
    "https://por tal.example",
    "https://portal.example/a b",
    "https://portal.example\\@evil.example",
    "https://portal.example/../x",
    "https://portal.example/./x",
    "https://portal.example/%2e%2e/x",
    "https://portal.example//x",
    "https://portal.ex\tample",
    "https://portal.exa\nmple",
    "https://portal.example\x00",
    "https://başvuru.example",
    "https://[::1",
    "https://[fe80::1%25eth0]",
    "https://[portal.example]",
]


@pytest.mark.parametrize(("text", "url"), GOOD)
def test_good_address(text: str, url: str) -> None:
    assert portal_base_url(text) == url
    assert portal_base_url(url) == url


@pytest.mark.parametrize("text", BAD)
def test_bad_address(text: str) -> None:
    assert failure_of(lambda: portal_base_url(text)).code is FailureCode.PORTAL_ADDRESS_INVALID


def test_needs_the_standard_library_only() -> None:
    """The command line checks addresses without loading the HTTP library."""
    import subprocess
    import sys

    code = (
        "import sys; import kamusm_esign.portal_client.address, kamusm_esign.portal_client.client;"
        "sys.exit(any(m in sys.modules for m in ('requests', 'urllib3', 'truststore', 'ssl')))"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=20, check=False).returncode == 0
