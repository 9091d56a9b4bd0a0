"""`kamusm-esign decode`: what an incident code says, offline."""

from kamusm_esign.cli.output import show
from kamusm_esign.cli.result import CommandResult, Shown, exit_status, print_json, result_json
from kamusm_esign.domain.failures import FailedError, Failure, FailureCode
from kamusm_esign.domain.incident import decode, encode, suggestions
from kamusm_esign.domain.outcome import Outcome


def run(code: str, shown: Shown, *, as_json: bool) -> int:
    """Print it and return the exit status: 0, or 90 where it is no incident code."""
    try:
        incident = decode(code)
    except FailedError as error:
        return _refuse(error.failure, suggestions(code), shown, as_json=as_json)
    text, written = shown.catalogue.text, encode(incident)
    said = failure_text(incident.failure, shown)
    left = incident.attempts_left
    attempts = text(f"attempts_class.{'unknown' if left is None else left}")
    if as_json:
        print_json(
            {
                "command": "decode",
                "outcome": Outcome.SUCCEEDED.value,
                "failure": None,
                "incident": written,
                "spoken": list(shown.catalogue.spoken(written)),
                "screen": {"number": incident.screen, "title": text(f"screen.{incident.screen}")},
                "code": incident.failure,
                **said,
                "version": incident.version,
                "platform": incident.platform.name,
                "attempts_left": left,
            }
        )
        return 0
    show(f"{written}  ({' '.join(shown.catalogue.spoken(written))})")
    show(text("decode.screen", number=incident.screen, title=text(f"screen.{incident.screen}")))
    show(text("decode.failure", code=incident.failure, title=said["title"] or text("decode.newer")))
    for part in ("body", "todo"):
        if said[part]:
            show(f"    {said[part]}")
    show(text("decode.version", version=incident.version))
    show(text("decode.platform", platform=text(f"platform.{incident.platform.name}")))
    show(text("decode.attempts", attempts=attempts))
    return 0


def failure_text(code: str, shown: Shown) -> dict[str, str | None]:
    """Title, body and next step; None where a newer program made the code."""
    known = next((known for known in FailureCode if known.value == code), None)
    if known is None:
        return {"title": None, "body": None, "todo": None}
    said = shown.catalogue.explained(known)
    return {"title": said.title, "body": said.body, "todo": said.todo}


def _refuse(failure: Failure, meant: tuple[str, ...], shown: Shown, *, as_json: bool) -> int:
    result = CommandResult("decode", Outcome.FAILED, failure)
    if as_json:
        print_json({**result_json(result, shown), "suggestions": list(meant)})
    else:
        said = shown.catalogue.failure(failure)
        show(f"{failure.code.value}: {said.title}")
        show(said.body)
        if meant:
            show(shown.catalogue.text("decode.meant", codes=", ".join(meant)))
        show(said.todo)
    return exit_status(Outcome.FAILED, failure)
