"""When a signal is noted, when it raises, and that everything is put back."""

import signal

import pytest

from kamusm_esign.cli.interrupts import SIGNALS, InterruptedInputError, held, raising

EACH = pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)


@EACH
def test_a_signal_before_anybody_listens_is_not_lost(number: signal.Signals) -> None:
    with held():
        signal.raise_signal(number)
        with pytest.raises(InterruptedInputError), raising():
            pytest.fail("went on")


@EACH
def test_a_signal_interrupts_the_work_and_nothing_after_it(number: signal.Signals) -> None:
    with held():
        with pytest.raises(InterruptedInputError), raising():
            signal.raise_signal(number)
        signal.raise_signal(number)
    with held(), raising():
        pass


def test_the_handlers_of_before_come_back() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with held(), raising():
        pass
    assert [signal.getsignal(number) for number in SIGNALS] == before
