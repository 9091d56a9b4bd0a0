"""What two looks at the PIN prove: never more than they do."""

import pytest

from kamusm_esign.domain.pin_proof import proved_outcome
from kamusm_esign.domain.portal_session import Outcome as O  # noqa: N817
from kamusm_esign.domain.tokens import PinState as S


@pytest.mark.parametrize(
    ("before", "now", "outcome"),
    [
        (S.BLOCKED, S.BLOCKED, O.FAILED),
        (S.BLOCKED, S.OK, O.SUCCEEDED),
        (S.BLOCKED, S.LOW, O.SUCCEEDED),
        (S.BLOCKED, S.FINAL_TRY, O.SUCCEEDED),
        (S.BLOCKED, S.UNKNOWN, O.UNKNOWN),
        (S.UNSET, S.UNSET, O.FAILED),
        (S.UNSET, S.OK, O.SUCCEEDED),
        (S.UNSET, S.BLOCKED, O.SUCCEEDED),
        (S.UNSET, S.UNKNOWN, O.SUCCEEDED),
        (S.UNKNOWN, S.OK, O.UNKNOWN),
        (S.UNKNOWN, S.BLOCKED, O.UNKNOWN),
        (S.OK, S.OK, O.UNKNOWN),
        (S.OK, S.BLOCKED, O.UNKNOWN),
        (S.LOW, S.OK, O.UNKNOWN),
        (S.FINAL_TRY, S.OK, O.UNKNOWN),
    ],
)
def test_table(before: S, now: S, outcome: O) -> None:
    assert proved_outcome(before, now) is outcome
