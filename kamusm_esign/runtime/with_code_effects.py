"""Makes the effects of `flows.with_code` happen: both flows over one session part."""

from kamusm_esign.domain.secret import SecretBox
from kamusm_esign.ports import Ports
from kamusm_esign.runtime.document_shelf import DocumentShelf
from kamusm_esign.runtime.driver import Handlers
from kamusm_esign.runtime.lanes import Lane
from kamusm_esign.runtime.session_effects import OnDeadline, SessionEffects, nobody_waits
from kamusm_esign.runtime.set_pin_effects import set_pin_handlers
from kamusm_esign.runtime.sign_effects import sign_handlers


class WithCodeEffects:
    """The handlers of both flows."""

    def __init__(
        self,
        ports: Ports,
        box: SecretBox,
        shelf: DocumentShelf,
        on_deadline: OnDeadline = nobody_waits,
    ) -> None:
        """Make the handlers.

        Args:
            ports: the world.
            box: where the secrets of the effects wait.
            shelf: where the documents are kept for who shows them.
            on_deadline: told when each session ends.
        """
        self._session = SessionEffects(ports, box, on_deadline)
        self._shelf = shelf

    def handlers(self, card: Lane, portal: Lane) -> Handlers:
        """Which lane and function make each effect happen."""
        return {
            **self._session.handlers(card, portal),
            **set_pin_handlers(self._session, card, portal),
            **sign_handlers(self._session, self._shelf, portal),
        }
