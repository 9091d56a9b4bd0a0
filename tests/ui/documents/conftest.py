"""A view with white pages; a real drawing process where a test asks for one."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from kamusm_esign.documents.client import DocumentHost
from kamusm_esign.ui.style.theme import theme
from tests.equipment.recording_documents import RecordingDocuments
from tests.equipment.recording_ports import Recorder
from tests.ui.documents.stage import Stage


@pytest.fixture
def record() -> Recorder:
    return Recorder()


@pytest.fixture
def documents(record: Recorder) -> RecordingDocuments:
    return RecordingDocuments(record)


@pytest.fixture
def stage(app: QApplication, documents: RecordingDocuments) -> Iterator[Stage]:
    stage = Stage(app, documents)
    yield stage
    stage.close()
    theme.set("light", 1.0)


@pytest.fixture
def real(app: QApplication) -> Iterator[Stage]:
    stage = Stage(app, DocumentHost(timeout=60.0))
    yield stage
    stage.close()
