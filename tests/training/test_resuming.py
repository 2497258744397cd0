"""A hidden folder remembers what is done, as long as the same is being made."""

from __future__ import annotations

from pathlib import Path

from training.resuming import begun


def test_what_was_done_is_known_to_an_equal_run(tmp_path: Path) -> None:
    work = begun(tmp_path / "out", "making", {"size": 1})
    assert work.folder == tmp_path / ".out-making"
    assert work.said("one") is None
    work.done("one", {"rows": 3})
    again = begun(tmp_path / "out", "making", {"size": 1})
    assert again.said("one") == {"rows": 3}
    assert again.said("two") is None


def test_other_settings_start_anew(tmp_path: Path) -> None:
    work = begun(tmp_path / "out", "making", {"size": 1})
    work.done("one", {})
    assert begun(tmp_path / "out", "making", {"size": 2}).said("one") is None


def test_a_file_is_in_its_place_only_when_it_is_whole(tmp_path: Path) -> None:
    work = begun(tmp_path / "out", "making", {})
    part = work.folder / "parts" / "1"
    work.place(part).write_text("whole")
    assert not part.exists()
    work.put(part)
    assert part.read_text() == "whole"
    assert not work.place(part).exists()


def test_without_its_notes_the_folder_holds_the_result_alone(tmp_path: Path) -> None:
    work = begun(tmp_path / "out", "making", {})
    part = work.folder / "parts" / "1"
    work.place(part).write_text("whole")
    work.put(part)
    work.forget()
    assert [file.name for file in work.folder.rglob("*")] == ["parts", "1"]
