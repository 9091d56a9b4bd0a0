"""The two clocks."""

import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from kamusm_esign.support.clock import steady, utc_now


def test_steady_never_goes_back() -> None:
    readings = [steady() for _ in range(1000)]
    assert readings == sorted(readings)


def test_steady_counts_seconds() -> None:
    before, began = time.perf_counter(), steady()
    while time.perf_counter() - before < 0.02:
        pass
    assert steady() - began == pytest.approx(time.perf_counter() - before, abs=0.01)


@pytest.mark.skipif(sys.platform != "linux", reason="CLOCK_BOOTTIME is Linux's")
def test_steady_counts_in_suspend() -> None:
    assert steady() == pytest.approx(time.clock_gettime(time.CLOCK_BOOTTIME), abs=1)


def test_now_is_aware_and_utc() -> None:
    assert utc_now().utcoffset() == timedelta(0)
    assert abs(utc_now() - datetime.now(UTC)) < timedelta(seconds=5)
