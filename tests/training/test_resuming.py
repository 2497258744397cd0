"""A hidden folder remembers what is done, as long as the same is being made."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from features.errors import BadInput
from tests.training.cases import refused
from training.resuming import Work, begun


def _begun(folder: Path, size: int = 1) -> contextlib.AbstractContextManager[Work]:
    return begun(folder / "out", "making", {"size": size})


def test_what_was_done_is_known_to_an_equal_run(tmp_path: Path) -> None:
    with _begun(tmp_path) as work:
        assert work.folder == tmp_path / ".out-making"
        assert work.said("one") is None
        work.done("one", {"rows": 3})
    with _begun(tmp_path) as again:
        assert again.said("one") == {"rows": 3}
        assert again.said("two") is None


def test_other_settings_start_anew(tmp_path: Path) -> None:
    with _begun(tmp_path) as work:
        work.done("one", {})
        part = work.folder / "parts" / "1"
        work.place(part).write_text("old")
        work.put(part)
    with _begun(tmp_path, size=2) as other:
        assert other.said("one") is None
        assert not part.exists()


def test_a_second_run_is_refused_while_the_first_is_at_it_and_changes_nothing(
    tmp_path: Path,
) -> None:
    with _begun(tmp_path) as work:
        work.done("one", {"rows": 3})
        for size in (1, 2):
            with pytest.raises(BadInput) as caught, _begun(tmp_path, size):
                pass
            refused(caught, "already-running")
        assert work.said("one") == {"rows": 3}
    with _begun(tmp_path) as after:
        assert after.said("one") == {"rows": 3}


def test_a_file_is_in_its_place_only_when_it_is_whole(tmp_path: Path) -> None:
    with _begun(tmp_path) as work:
        part = work.folder / "parts" / "1"
        work.place(part).write_text("whole")
        assert not part.exists()
        work.put(part)
        assert part.read_text() == "whole"
        assert not work.place(part).exists()


def test_without_its_notes_the_folder_holds_the_result_alone(tmp_path: Path) -> None:
    with _begun(tmp_path) as work:
        part = work.folder / "parts" / "1"
        work.place(part).write_text("whole")
        work.put(part)
        work.forget()
        assert [file.name for file in work.folder.rglob("*")] == ["parts", "1"]
