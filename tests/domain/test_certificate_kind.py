"""Certificate kinds on plain facts, one row per shape seen in the field or made to mislead."""

import pytest

from kamusm_esign.domain import certificate_kind as k
from kamusm_esign.domain.certificate_kind import CertificateFacts, certificate_kind
from kamusm_esign.domain.tokens import CertificateKind

DS, NR = k.DIGITAL_SIGNATURE, k.NON_REPUDIATION
KE, DE, KA = k.KEY_ENCIPHERMENT, k.DATA_ENCIPHERMENT, k.KEY_AGREEMENT
QC, LAW = k.QC_COMPLIANCE, k.LAW_5070_QUALIFIED
SEAL_1, SEAL_2 = k.QUALIFIED_SEAL
NES, MALI, E_MUHUR = CertificateKind.NES, CertificateKind.MALI_MUHUR, CertificateKind.E_MUHUR
ENCRYPTION, OTHER = CertificateKind.ENCRYPTION, CertificateKind.OTHER


def facts(
    usage: tuple[str, ...] = (),
    *,
    eku: tuple[str, ...] = (),
    policies: tuple[str, ...] = (),
    qc: tuple[str, ...] = (),
    subject: tuple[str, ...] = (),
) -> CertificateFacts:
    return CertificateFacts(
        frozenset(usage), frozenset(eku), frozenset(policies), frozenset(qc), frozenset(subject)
    )


MALI_POLICY = (k.MALI_MUHUR_POLICY,)


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("nes", facts((DS, NR), qc=(QC, LAW)), NES),
        ("nes with more usages", facts((DS, NR, KE), qc=(QC, LAW)), NES),
        (
            "nes that names its organisation",
            facts((DS, NR), qc=(QC, LAW), subject=("2.5.4.10",)),
            NES,
        ),
        ("nes without non-repudiation", facts((DS,), qc=(QC, LAW)), OTHER),
        ("nes without digital signature", facts((NR,), qc=(QC, LAW)), OTHER),
        ("only the European statement", facts((DS, NR), qc=(QC,)), OTHER),
        ("only the law's statement", facts((DS, NR), qc=(LAW,)), OTHER),
        ("statements among the policies", facts((DS, NR), policies=(QC, LAW)), OTHER),
        (
            "legal person",
            facts((DS, NR), qc=(QC, LAW), subject=(k.ORGANIZATION_IDENTIFIER,)),
            OTHER,
        ),
        ("institutional", facts((DS, NR), qc=(QC, LAW, k.LAW_5070_INSTITUTIONAL)), E_MUHUR),
        (
            "institutional by policy",
            facts((DS, NR), qc=(QC, LAW), policies=(k.LAW_5070_INSTITUTIONAL,)),
            E_MUHUR,
        ),
        ("qualified seal", facts((DS, NR), qc=(QC, SEAL_1, SEAL_2)), E_MUHUR),
        ("qualified seal, signature only", facts((DS,), qc=(SEAL_1, SEAL_2)), E_MUHUR),
        ("half a qualified seal", facts((DS, NR), qc=(QC, LAW, SEAL_1)), OTHER),
        ("the other half", facts((DS, NR), qc=(QC, LAW, SEAL_2)), OTHER),
        ("seal by QcType", facts((DS, NR), qc=(QC, LAW, k.QC_TYPE_SEAL)), E_MUHUR),
        ("seal that cannot sign", facts((), qc=(SEAL_1, SEAL_2)), OTHER),
        ("mali muhur", facts((DS,), policies=MALI_POLICY, eku=(k.MALI_MUHUR_SIGN,)), MALI),
        ("mali muhur without purposes", facts((DS,), policies=MALI_POLICY), MALI),
        (
            "mali muhur with both purposes",
            facts((DS, KE), policies=MALI_POLICY, eku=(k.MALI_MUHUR_SIGN, k.MALI_MUHUR_ENCRYPT)),
            MALI,
        ),
        (
            "mali muhur for encryption",
            facts((KE, DE), policies=MALI_POLICY, eku=(k.MALI_MUHUR_ENCRYPT,)),
            ENCRYPTION,
        ),
        (
            "mali muhur for encryption by purpose",
            facts((DS,), policies=MALI_POLICY, eku=(k.MALI_MUHUR_ENCRYPT,)),
            ENCRYPTION,
        ),
        (
            "mali muhur for encryption by usage",
            facts((KE,), policies=MALI_POLICY),
            ENCRYPTION,
        ),
        ("key encipherment", facts((KE,)), ENCRYPTION),
        ("data encipherment", facts((DE,)), ENCRYPTION),
        ("key agreement", facts((KA,)), ENCRYPTION),
        ("encryption with a nes's statements", facts((KE,), qc=(QC, LAW)), ENCRYPTION),
        ("signs and encrypts", facts((DS, KE)), OTHER),
        ("client authentication", facts((DS,), eku=("1.3.6.1.5.5.7.3.2",)), OTHER),
        ("an authority", facts(("key_cert_sign", "crl_sign")), OTHER),
        ("says nothing", facts(), OTHER),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_kind(name: str, given: CertificateFacts, expected: CertificateKind) -> None:
    assert certificate_kind(given) is expected
