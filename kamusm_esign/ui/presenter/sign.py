"""From the states of `flows.sign_documents` to screens 7, 8, 5 and 6."""

from dataclasses import dataclass, field

from kamusm_esign.domain.documents import Readable
from kamusm_esign.domain.failures import Failure
from kamusm_esign.domain.portal_session import Document, Purpose
from kamusm_esign.flows.session_model import InSession
from kamusm_esign.ui.presenter.document import ShownDocument
from kamusm_esign.ui.presenter.pieces import Button, Frame, Notice, Step
from kamusm_esign.ui.presenter.words import Words, steps_of

RAIL = ("code", "review", "pin", "result")
SHORT = {
    Purpose.E_ONAY_GRANT: "grant",
    Purpose.E_ONAY_REVOKE: "revoke",
    Purpose.APPLICATION: "application",
    Purpose.LOGIN: "login",
}
"""Purpose → how its texts are called."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the job remembers of the documents; none of it decides anything."""

    chosen: str = ""
    """Id of the document that is shown."""
    shown: ShownDocument | None = None
    readables: dict[str, Readable] = field(default_factory=dict)
    """Those that were opened, by id."""
    failure: Failure | None = None
    """Why the chosen one cannot be shown."""
    places: dict[str, object] = field(default_factory=dict)
    """See `sign_models.ReviewPage`."""
    looking_back: bool = False
    """The accepted documents are looked at once more."""
    saved: bool = False
    """Something was saved."""
    not_saved: Failure | None = None
    unmasked: bool = False
    """Receipts show name and number in full."""


def rail(words: Words, *, now: int, failed: int | None = None) -> tuple[Step, ...]:
    """The steps of a signing journey."""
    return steps_of([words(f"sign_rail.{name}") for name in RAIL], now=now, failed=failed)


def session_frame(
    state: InSession,
    words: Words,
    screen: int,
    title: str,
    *,
    now: int,
    primary: Button | None,
    secondary: Button | None,
) -> Frame:
    """What is around a page as long as the session runs."""
    return Frame(
        screen=screen,
        title=title,
        steps=rail(words, now=now),
        primary=primary,
        secondary=secondary,
        holder_line=words.holder_line(state.session),
        new_code=words("button.new-code-link"),
        ends_at=state.session.deadline,
    )


def saving_notice(reading: Reading, done: str, words: Words) -> Notice | None:
    """What became of saving something; `done` names the sentence for success."""
    if reading.not_saved is not None:
        return words.notice(reading.not_saved)
    return Notice("ok", words(done)) if reading.saved else None


def length_of(document: Document, reading: Reading, words: Words) -> str:
    """How long a document is, as far as that is known."""
    if document.media_type == "text/plain":
        return words("review.text")
    readable = reading.readables.get(document.id)
    if readable is None:
        return words("review.pdf")
    count = len(readable.pages)
    return words("review.page-one") if count == 1 else words("review.pages", count=count)
