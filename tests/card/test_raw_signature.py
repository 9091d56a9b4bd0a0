import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from kamusm_esign.card.raw_signature import digest_fits, ecdsa_der


@pytest.mark.parametrize("size", [32, 48, 66])
@given(data=st.data())
def test_ecdsa_der(size: int, data: st.DataObject) -> None:
    top = 2 ** (521 if size == 66 else 8 * size) - 1
    r, s = data.draw(st.integers(1, top)), data.draw(st.integers(1, top))
    assert ecdsa_der(r.to_bytes(size) + s.to_bytes(size)) == encode_dss_signature(r, s)


@pytest.mark.parametrize(
    ("size", "algorithm", "fits"),
    [
        (32, "sha256", True),
        (48, "sha384", True),
        (64, "sha512", True),
        (31, "sha256", False),
        (20, "sha1", False),
        (64, "sha256", False),
    ],
)
def test_digests(size: int, algorithm: str, fits: bool) -> None:
    assert digest_fits(bytes(size), algorithm) is fits
