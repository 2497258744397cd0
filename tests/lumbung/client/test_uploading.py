"""A file is uploaded part by part, and goes on where it was broken off."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from lumbung.client import Client, upload

FILE = b"abcdefghij"
PART = 4


class Service:
    """What the client speaks to: it takes parts, and may lose its voice."""

    def __init__(self) -> None:
        self.said: dict[str, object] = {}
        self.parts: dict[int, bytes] = {}
        self.dies_at = 0

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        if path.endswith("/complete"):
            return self._upload("waiting", 202)
        if "/parts/" in path:
            number = int(path.rsplit("/", 1)[1])
            if number == self.dies_at:
                raise httpx2.ConnectError("gone")
            self.parts[number] = request.content
            return httpx2.Response(204)
        if request.method == "POST":
            self.said = json.loads(request.content)
        return self._upload("open", 200)

    def _upload(self, state: str, status: int) -> httpx2.Response:
        size = self.said["bytes"]
        assert isinstance(size, int)
        missing = [one for one in range(1, -(-size // PART) + 1) if one not in self.parts]
        whole = {"upload_id": "u1", "part_bytes": PART, "missing": missing, "state": state}
        return httpx2.Response(status, json=whole)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def client(service: Service) -> Iterator[Client]:
    transport = httpx2.MockTransport(service.answer)
    with Client("https://here.example", "k", tries=1, transport=transport) as client:
        yield client


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "payments.ndjson"
    file.write_bytes(FILE)
    return file


def test_what_was_broken_off_goes_on_where_it_was(
    service: Service, client: Client, file: Path
) -> None:
    service.dies_at = 2
    with pytest.raises(httpx2.TransportError):
        upload(client, file, "payments")
    assert set(service.parts) == {1}
    service.dies_at = 0
    service.parts[1] = b"as it came"
    assert upload(client, file, "payments", "u1")["state"] == "waiting"
    assert service.parts == {1: b"as it came", 2: b"efgh", 3: b"ij"}


@pytest.mark.parametrize(
    ("name", "form"),
    [("a.ndjson", "ndjson"), ("a.ndjson.gz", "ndjson+gzip"), ("a.parquet", "parquet")],
)
def test_a_file_is_what_its_name_ends_with(
    service: Service, client: Client, tmp_path: Path, name: str, form: str
) -> None:
    file = tmp_path / name
    file.write_bytes(gzip.compress(FILE))
    upload(client, file, "bills")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert service.said == {
        "source": "bills",
        "format": form,
        "bytes": file.stat().st_size,
        "sha256": digest,
    }
