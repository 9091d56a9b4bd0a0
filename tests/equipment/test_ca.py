"""Certificates for tests: the profiles of the sandbox, RSA keys made once per test process."""

from datetime import date, datetime
from functools import cache

from kamusm_esign.domain.tokens import CertificateKind
from kamusm_esign.sandbox.ca import IssuedCertificate, PrivateKey, SandboxCa, new_key

__all__ = ["IssuedCertificate", "TestCa"]


@cache
def _rsa_key(number: int) -> PrivateKey:
    return new_key("rsa2048")


class TestCa:
    """Root and issuer. Two RSA certificates of one CA never share a key, those of two CAs do."""

    __test__ = False

    def __init__(self) -> None:
        self._ca = SandboxCa()
        self._rsa_keys_used = 0

    @property
    def sandbox_ca(self) -> SandboxCa:
        """The authority itself, for its chain."""
        return self._ca

    def issue(
        self,
        kind: str,
        key: str,
        *,
        common_name: str | None = None,
        serial_number: str | None = None,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        birth_date: date | None = None,
    ) -> IssuedCertificate:
        """Give out a certificate of a kind (`nes`, `mali-muhur`, …) for a key (`rsa2048`, …).

        Raises:
            ValueError: no such kind or key.
        """
        return self._ca.issue(
            CertificateKind(kind),
            self._key(key),
            common_name=common_name,
            serial_number=serial_number,
            not_before=not_before,
            not_after=not_after,
            birth_date=birth_date,
        )

    def _key(self, key: str) -> PrivateKey:
        if key != "rsa2048":
            return new_key(key)
        self._rsa_keys_used += 1
        return _rsa_key(self._rsa_keys_used)
