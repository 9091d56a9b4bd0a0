"""What a certificate is for, judged from what it says of itself.

Sources: RFC 3739 section 3.2.6 and ETSI EN 319 412-5 (QCStatements), BTK's profile guide for Law
5070 (statements 2.16.792.1.61.0.1.5070.*), Kamu SM's certificates for the fiscal seal (policy and
extended key usages 2.16.792.1.2.1.1.5.7.*).
"""

from dataclasses import dataclass

from kamusm_esign.domain.tokens import CertificateKind

DIGITAL_SIGNATURE = "digital_signature"
NON_REPUDIATION = "non_repudiation"
KEY_ENCIPHERMENT = "key_encipherment"
DATA_ENCIPHERMENT = "data_encipherment"
KEY_AGREEMENT = "key_agreement"
"""Names of key usage bits (RFC 5280 section 4.2.1.3, with underscores)."""

QC_COMPLIANCE = "0.4.0.1862.1.1"
QC_TYPE_SEAL = "0.4.0.1862.1.6.2"
"""Value inside QcType: "certificate for electronic seals" (EN 319 412-5 section 4.2.3)."""
LAW_5070_QUALIFIED = "2.16.792.1.61.0.1.5070.1.1"
LAW_5070_INSTITUTIONAL = "2.16.792.1.61.0.1.5070.1.3"
QUALIFIED_SEAL = ("2.16.792.1.61.0.1.5070.2.1", "2.16.792.1.61.0.1.5070.2.2")
MALI_MUHUR_POLICY = "2.16.792.1.2.1.1.5.7.4.1"
MALI_MUHUR_SIGN = "2.16.792.1.2.1.1.5.7.50.1"
MALI_MUHUR_ENCRYPT = "2.16.792.1.2.1.1.5.7.50.2"
ORGANIZATION_IDENTIFIER = "2.5.4.97"
"""Subject attribute of legal persons (EN 319 412-3 section 4.2.1)."""

_SIGNING = frozenset({DIGITAL_SIGNATURE, NON_REPUDIATION})
_ENCRYPTING = frozenset({KEY_ENCIPHERMENT, DATA_ENCIPHERMENT, KEY_AGREEMENT})


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """The parts of a certificate that tell its kind. OIDs are dotted."""

    key_usage: frozenset[str] = frozenset()
    """Names of the bits that are set; empty where the extension is missing."""
    extended_key_usage: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()
    qc_statements: frozenset[str] = frozenset()
    """Statement identifiers, and the values inside QcType."""
    subject_attributes: frozenset[str] = frozenset()
    """Types of the subject's attributes, not their values."""


def certificate_kind(facts: CertificateFacts) -> CertificateKind:
    """Judge the kind. Seals come first: an institution's seal claims all that a NES does, and more.

    A subject serialNumber plays no part: it may be a TCKN, VKN, passport or foreigner's number.
    """
    if _only_encrypts(facts):
        return CertificateKind.ENCRYPTION
    if MALI_MUHUR_POLICY in facts.policies:
        return CertificateKind.MALI_MUHUR
    if _is_seal(facts):
        return CertificateKind.E_MUHUR
    if _is_qualified(facts) and ORGANIZATION_IDENTIFIER not in facts.subject_attributes:
        return CertificateKind.NES
    return CertificateKind.OTHER


def _only_encrypts(facts: CertificateFacts) -> bool:
    usages = facts.extended_key_usage
    if MALI_MUHUR_ENCRYPT in usages and MALI_MUHUR_SIGN not in usages:
        return True
    return bool(facts.key_usage & _ENCRYPTING) and not facts.key_usage & _SIGNING


def _is_seal(facts: CertificateFacts) -> bool:
    marks = facts.qc_statements | facts.policies
    return (
        LAW_5070_INSTITUTIONAL in marks
        or marks.issuperset(QUALIFIED_SEAL)
        or QC_TYPE_SEAL in facts.qc_statements
    ) and DIGITAL_SIGNATURE in facts.key_usage


def _is_qualified(facts: CertificateFacts) -> bool:
    statements = facts.qc_statements
    return (
        statements.issuperset((QC_COMPLIANCE, LAW_5070_QUALIFIED))
        and statements.isdisjoint((LAW_5070_INSTITUTIONAL, QC_TYPE_SEAL, *QUALIFIED_SEAL))
        and facts.key_usage.issuperset(_SIGNING)
    )
