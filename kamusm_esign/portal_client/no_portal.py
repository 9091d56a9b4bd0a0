"""In the portal's place where its address cannot be one: everything else goes on."""

from typing import NoReturn

from kamusm_esign.domain.failures import FailedError, Failure


class NoPortal:
    """`ports.PortalGateway`; says why to everybody who asks."""

    def __init__(self, failure: Failure) -> None:
        """
        Args:
            failure: what is wrong with the address.
        """
        self._failure = failure

    def _refuse(self, *_arguments: object) -> NoReturn:
        raise FailedError(self._failure)

    client_info = open_session = cancel_session = send_step_up = _refuse
    check_step_up = authorize_unblock = answer_challenge = _refuse
    get_document = put_signature = put_outcome = _refuse
