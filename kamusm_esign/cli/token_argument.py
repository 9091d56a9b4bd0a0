"""`--token`: a serial whole, or its last 4 or more places where that is unique."""

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.tokens import CardOverview, Token


class ChoiceNeededError(FailedError):
    """Several tokens fit; carries them."""

    def __init__(self, choices: tuple[Token, ...]) -> None:
        super().__init__(FailedError.of(FailureCode.CHOICE_NEEDED).failure)
        self.choices = choices


def wanted_serial(argument: str | None, overview: CardOverview) -> str | None:
    """The serial that `--token` names, None where it is not given.

    Raises:
        FailedError: `TOKEN_NOT_FOUND`, or what keeps any token from being seen.
        ChoiceNeededError: the last places fit several.
    """
    if argument is None:
        return None
    if overview.token(argument) is not None:
        return argument
    fitting = [t for t in overview.tokens if len(argument) >= 4 and t.serial.endswith(argument)]
    if len(fitting) > 1:
        raise ChoiceNeededError(tuple(fitting))
    if not fitting:
        raise FailedError.of(FailureCode.TOKEN_NOT_FOUND)
    return fitting[0].serial
