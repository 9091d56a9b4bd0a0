"""Which page shows which model. Each module is imported when its page is first shown."""

from collections.abc import Callable, Iterable

from kamusm_esign.ui.pages.page import Page


def _code() -> type[Page]:
    from kamusm_esign.ui.pages.code import Code

    return Code


def _step_up() -> type[Page]:
    from kamusm_esign.ui.pages.step_up import StepUp

    return StepUp


def _new_pin() -> type[Page]:
    from kamusm_esign.ui.pages.new_pin import NewPin

    return NewPin


def _working() -> type[Page]:
    from kamusm_esign.ui.pages.working import Working

    return Working


def _result() -> type[Page]:
    from kamusm_esign.ui.pages.result import Result

    return Result


def _try_pin() -> type[Page]:
    from kamusm_esign.ui.pages.try_pin import TryPin

    return TryPin


def _unfinished() -> type[Page]:
    from kamusm_esign.ui.pages.unfinished import Unfinished

    return Unfinished


def _doctor() -> type[Page]:
    from kamusm_esign.ui.pages.doctor import Doctor

    return Doctor


def _review() -> type[Page]:
    from kamusm_esign.ui.pages.review import Review

    return Review


def _match() -> type[Page]:
    from kamusm_esign.ui.pages.match import Match

    return Match


def _sign_pin() -> type[Page]:
    from kamusm_esign.ui.pages.sign_pin import SignPin

    return SignPin


def _progress() -> type[Page]:
    from kamusm_esign.ui.pages.progress import Progress

    return Progress


def _signed() -> type[Page]:
    from kamusm_esign.ui.pages.signed import Signed

    return Signed


def _which_pin() -> type[Page]:
    from kamusm_esign.ui.pages.which_pin import WhichPin

    return WhichPin


def _verify() -> type[Page]:
    from kamusm_esign.ui.pages.verify import Verify

    return Verify


def _settings() -> type[Page]:
    from kamusm_esign.ui.pages.settings import Settings

    return Settings


def _about() -> type[Page]:
    from kamusm_esign.ui.pages.about import About

    return About


_PAGES: dict[str, Callable[[], type[Page]]] = {
    "CodePage": _code,
    "StepUpPage": _step_up,
    "NewPinPage": _new_pin,
    "WorkingPage": _working,
    "ResultPage": _result,
    "TryPinPage": _try_pin,
    "UnfinishedPage": _unfinished,
    "DoctorPage": _doctor,
    "ReviewPage": _review,
    "MatchPage": _match,
    "SignPinPage": _sign_pin,
    "ProgressPage": _progress,
    "SignedPage": _signed,
    "WhichPinPage": _which_pin,
    "VerifyPage": _verify,
    "SettingsPage": _settings,
    "AboutPage": _about,
}


def page_for(model: object) -> type[Page]:
    """The page that shows a model of `presenter.models`."""
    return _PAGES[type(model).__name__]()


def importers(models: Iterable[str]) -> list[Callable[[], type[Page]]]:
    """What imports the pages of these models, to be called before they are wanted."""
    return [_PAGES[model] for model in models]
