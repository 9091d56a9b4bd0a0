"""Screen 10: who issued a certificate, up to a root, and where that ends."""

from collections.abc import Mapping
from dataclasses import replace

from kamusm_esign.domain.certificate_chain import CertificateChain, ChainEnd
from kamusm_esign.ui.presenter.models import TryPinPage
from kamusm_esign.ui.presenter.pieces import CertificateRow, Fact
from kamusm_esign.ui.presenter.words import Words, local_time

_CALM = frozenset((ChainEnd.NO_ISSUER, ChainEnd.FOLDER_NOT_READABLE, ChainEnd.NOT_CHECKED))
"""Nothing is known to be wrong: beside the dates the issuer's name stands alone."""


def with_chains(page: object, chains: Mapping[str, CertificateChain], words: Words) -> object:
    """The page with what is known of its certificates' issuers; another page stays as it is.

    Args:
        page: what `present_try` made.
        chains: SHA-256 of a certificate → its chain.
        words: the texts.
    """
    if not isinstance(page, TryPinPage):
        return page
    rows = tuple(
        _with_chain(row, chains[row.sha256], words) if row.sha256 in chains else row
        for row in page.certificates
    )
    return replace(page, certificates=rows)


def _with_chain(row: CertificateRow, chain: CertificateChain, words: Words) -> CertificateRow:
    if not row.facts:  # nothing of it can be read
        return row
    issuer = words("my_card.issuer")
    more: list[Fact] = []
    for fact in row.more:
        more += _details(fact, chain, words) if fact.name == issuer else (fact,)
    return replace(row, facts=(*row.facts, *_short(chain, words)), more=tuple(more))


def _short(chain: CertificateChain, words: Words) -> tuple[Fact, ...]:
    name, end = words("chain.name"), chain.end
    if end is ChainEnd.COMPLETE:
        return (Fact(name, chain.issuer or "–", mark="ok", said=words("chain.complete-short")),)
    if end in _CALM:
        return (Fact(words("my_card.issuer"), chain.issuer),) if chain.issuer else ()
    mark = "" if end is ChainEnd.SELF_SIGNED else "warn"
    return (Fact(name, words(f"chain.{end.value}-short"), mark=mark),)


def _details(own: Fact, chain: CertificateChain, words: Words) -> tuple[Fact, ...]:
    """In the place of the issuer's name: all issuers with their times, and where they end."""
    facts = [own]
    for place, link in enumerate(chain.issuers):
        key = "chain.next"
        if place == 0:
            key = "my_card.issuer"
        elif chain.end is ChainEnd.COMPLETE and link is chain.issuers[-1]:
            key = "chain.root"
        begins, ends = local_time(link.not_before), local_time(link.not_after)
        value = words("chain.link", name=link.name or "–", begins=begins, ends=ends)
        facts.append(Fact(words(key), value))
    told = words(f"chain.{chain.end.value}", name=chain.concerns or "–")
    return (*(facts[1:] or facts), Fact(words("chain.name"), told))
