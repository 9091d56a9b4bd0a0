"""Feeds targets with bad inputs: `python -m tests.fuzz TARGET|all SECONDS|COUNT SEED`.

`20s` is a time for each target, `100000` a count; `all 10000000 SEED` shares the count out. An
input that crashes, takes two seconds of the processor or much memory is printed as hex, with its
number: the same seed and number make it again.
"""

import logging
import resource
import signal
import sys
import time
import traceback
from dataclasses import dataclass, field

from tests.fuzz.mutator import Mutator
from tests.fuzz.targets import TARGETS, Target

HANGS_AFTER = 2.0
"""Seconds of the processor for one input."""
MEMORY = 96 << 20
"""Bytes by which the process may grow over all inputs of a target."""
MOST_FINDINGS = 10


class Hang(BaseException):
    """An input took too long. No `Exception`, so that nobody takes it for a refusal."""


@dataclass
class Fuzzed:
    """What came of a target."""

    inputs: int = 0
    findings: list[str] = field(default_factory=list)
    grown: int = 0
    """Bytes."""


def fuzz(name: str, target: Target, seed: str, *, count: int = 0, seconds: float = 0.0) -> Fuzzed:
    """Feed one target, so many inputs or so long."""
    done, end = Fuzzed(), time.monotonic() + seconds if seconds else float("inf")
    mutator = Mutator(target.samples(), target.words, f"{name} {seed}")
    target.run(mutator.make(0))  # what is loaded late is no growth
    before = _peak()
    was = signal.signal(signal.SIGVTALRM, _hang)
    try:
        while (not count or done.inputs < count) and time.monotonic() < end:
            _feed(name, target, mutator.make(done.inputs), done)
            done.inputs += 1
            if len(done.findings) >= MOST_FINDINGS:
                break
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, was)
    done.grown = _peak() - before
    if done.grown > MEMORY:
        done.findings.append(f"{name}: grew by {done.grown >> 20} MB")
    return done


def _feed(name: str, target: Target, data: bytes, done: Fuzzed) -> None:
    signal.setitimer(signal.ITIMER_VIRTUAL, HANGS_AFTER)
    try:
        target.run(data)
    except (Exception, Hang) as error:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
        what = f"{type(error).__name__} {error} at {where}"
        done.findings.append(f"{name} {done.inputs}: {what[:300]}\n  {data[:2000].hex()}")


def _hang(*_: object) -> None:
    raise Hang


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def main(words: list[str]) -> int:
    """The number of findings."""
    which, amount, seed = words
    logging.disable()  # what is refused is often noted, too
    names = list(TARGETS) if which == "all" else [which]
    shares = sum(TARGETS[name].share for name in names)
    total = found = 0
    for name in names:
        target, begun = TARGETS[name], time.process_time()
        seconds = float(amount[:-1]) if amount.endswith("s") else 0.0
        count = 0 if seconds else max(1, int(amount) * target.share // shares)
        done = fuzz(name, target, seed, count=count, seconds=seconds)
        total, found = total + done.inputs, found + len(done.findings)
        spent = time.process_time() - begun
        grown = done.grown / (1 << 20)
        print(f"{name:12}{done.inputs:10} inputs {spent:8.1f} s of the processor {grown:6.1f} MB")
        print("\n".join(done.findings), flush=True)
    print(f"{total} inputs, {found} findings")
    return found


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
