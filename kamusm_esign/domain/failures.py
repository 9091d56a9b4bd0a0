"""A failure and its data: what a port, a flow or a check says of what went wrong.

The codes themselves are in `failure_codes`, their texts in `resources/i18n`.
"""

from dataclasses import dataclass

from kamusm_esign.domain.failure_codes import FailureCode as FailureCode

ParamValue = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure and its data; the sentence is made at the edge, from the catalogue."""

    code: FailureCode
    params: tuple[tuple[str, ParamValue], ...] = ()
    """Sorted pairs; never a secret, never personal data."""

    @classmethod
    def of(cls, code: FailureCode, **params: ParamValue) -> "Failure":
        """Make a failure with named data."""
        return cls(code, tuple(sorted(params.items())))

    def param(self, name: str) -> ParamValue:
        """One value, None where it is not there."""
        return dict(self.params).get(name)


class FailedError(Exception):
    """A port could not do what it was asked to; carries the failure, never a sentence."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.code.value)
        self.failure = failure

    @classmethod
    def of(cls, code: FailureCode, **params: ParamValue) -> "FailedError":
        """Shorthand for `FailedError(Failure.of(...))`."""
        return cls(Failure.of(code, **params))
