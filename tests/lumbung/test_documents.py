"""``make docs`` writes every page, and keeps no picture of a feature that is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from lumbung import documents, feature_page


def test_all_pages_are_written_and_old_pictures_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "docs" / feature_page.PICTURES / "a_feature_of_before.svg"
    old.parent.mkdir(parents=True)
    old.touch()
    monkeypatch.chdir(tmp_path)
    documents.main()
    written = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()}
    assert written == set(documents.PAGES)


def test_pages_end_with_one_line_break_and_say_who_wrote_them() -> None:
    for name, page in documents.PAGES.items():
        text = page()
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert not name.endswith(".md") or text.startswith(documents.HEADER)
