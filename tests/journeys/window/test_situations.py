"""Practice mode as its users have it: chooser, situation, the screen that says what is wrong.

With KAMUSM_PICTURES=DIR every end is kept there as a picture.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kamusm_esign.sandbox.situation_texts import SituationTexts
from kamusm_esign.sandbox.situations import ALL_WELL, SITUATIONS, Situation
from kamusm_esign.support.catalogue import Catalogue
from tests.equipment.accessibility import accessible_session
from tests.equipment.display import Display, x_server
from tests.journeys.window.practice_day import (
    PracticeDay,
    left_behind,
    practice_day,
    walk,
)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("display")]

PICTURES = "KAMUSM_PICTURES"
TEXTS = SituationTexts("tr")


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Display]:
    """One that pictures can be taken of."""
    with x_server(tmp_path_factory.mktemp("pixels")) as display:
        yield display


@pytest.fixture(scope="module")
def day(screen: Display, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeDay]:
    temporary = tmp_path_factory.mktemp("day")
    with (
        accessible_session(tmp_path_factory.mktemp("desktop"), screen.environment) as session,
        practice_day(temporary, screen, session) as day,
    ):
        assert left_behind(temporary)
        yield day
    assert list(temporary.iterdir()) == []
    assert left_behind(temporary) == []


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    named = os.environ.get(PICTURES)
    return Path(named) if named else tmp_path_factory.mktemp("pictures")


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda s: s.name)
def test_it_ends_on_a_screen_that_says_what_is_wrong_and_what_to_do(
    day: PracticeDay, situation: Situation, screen: Display, pictures: Path
) -> None:
    assert situation.ends_on is not None
    with day.opened(situation) as window:
        assert window.find("page.practice").name == f"EĞİTİM MODU · {TEXTS.title(situation)}"
        said = walk(window, situation)
        screen.picture(pictures / f"{situation.name}.png")
        window.find("practice.watermark")
        assert window.find("page.practice").name.startswith("EĞİTİM MODU")
    text = Catalogue.load("tr").explained(situation.ends_on)
    everything = " ".join(said)
    assert situation.ends_on.value in everything
    assert text.title in everything
    assert text.todo in everything
    assert (pictures / f"{situation.name}.png").stat().st_size > 10_000


def test_where_nothing_is_wrong_the_job_is_done(
    day: PracticeDay, screen: Display, pictures: Path
) -> None:
    with day.opened(ALL_WELL) as window:
        walk(window, ALL_WELL)
        screen.picture(pictures / "all-well.png")
        assert window.number == 6
