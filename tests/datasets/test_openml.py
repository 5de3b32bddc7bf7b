"""Tables of OpenML, from a server on loopback that speaks its language."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from dlbench.core import catalog
from dlbench.core.errors import DataUnavailable

ROWS = [(i * i % 7 / 2, "rgb"[i % 3], "no" if i % 3 else "yes") for i in range(40)]
ARFF = "@relation t\n@attribute x numeric\n@attribute c {r,g,b}\n@attribute y {no,yes}\n@data\n" + "\n".join(
    ",".join(map(str, row)) for row in ROWS
)
FEATURES = [
    {"index": str(i), "name": name, "data_type": kind, "is_target": str(name == "y").lower(), "is_ignore": "false",
     "is_row_identifier": "false", "number_of_missing_values": "0"}
    for i, (name, kind) in enumerate([("x", "numeric"), ("c", "nominal"), ("y", "nominal")])
]  # fmt: skip


def answers(base: str) -> dict[str, bytes]:
    description = {
        "id": "7", "name": "t", "version": "1", "format": "ARFF", "licence": "CC0", "file_id": "9", "status": "active",
        "url": f"{base}/data/v1/download/9/t.arff", "default_target_attribute": "y", "description": "d",
        "md5_checksum": hashlib.md5(ARFF.encode()).hexdigest(),
    }  # fmt: skip
    qualities = [{"name": "NumberOfInstances", "value": str(len(ROWS))}]
    return {
        "data/7": json.dumps({"data_set_description": description}).encode(),
        "data/features/7": json.dumps({"data_features": {"feature": FEATURES}}).encode(),
        "data/qualities/7": json.dumps({"data_qualities": {"quality": qualities}}).encode(),
        "t.arff": ARFF.encode(),
    }


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    openml = pytest.importorskip("sklearn.datasets._openml")
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            held = answers(f"http://127.0.0.1:{server.server_port}")
            found = next((content for end, content in held.items() if self.path.endswith(end)), None)
            self.send_response(404 if found is None else 200)
            self.end_headers()
            self.wfile.write(found or b"{}")

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("DLBENCH_OFFLINE", raising=False)
    base = f"http://127.0.0.1:{server.server_port}"
    for name in ("_SEARCH_NAME", "_DATA_INFO", "_DATA_FEATURES", "_DATA_QUALITIES"):
        monkeypatch.setattr(openml, name, getattr(openml, name).replace("https://www.openml.org", base))
    yield paths
    server.shutdown()
    server.server_close()


def test_a_table_is_fetched_once_and_read_as_own_tables_are(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    openml = catalog.dataset("openml")
    assert openml.task_type({"id": 7}) == "tabular_classification"
    data = openml.load({"id": 7})
    assert data.classes == ("no", "yes")
    assert [(column.name, column.kind) for column in data.inputs.columns] == [("x", "number"), ("c", "category")]
    assert data.inputs.numbers.ravel().tolist() == [row[0] for row in ROWS]
    count = len(asked)
    monkeypatch.setenv("DLBENCH_OFFLINE", "1")
    assert openml.load({"id": 7}).fingerprint() == data.fingerprint()
    assert len(asked) == count
    assert openml.load({"id": 7, "target": "x", "target_type": "values"}).classes == ()


def test_a_table_that_cannot_be_had_is_unavailable(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataUnavailable, match="openml 8: could not be fetched"):
        catalog.dataset("openml").load({"id": 8})
    assert asked


def test_offline_nothing_is_asked(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLBENCH_OFFLINE", "1")
    with pytest.raises(DataUnavailable, match="DLBENCH_OFFLINE"):
        catalog.dataset("openml").load({"id": 7})
    assert asked == []
    monkeypatch.delenv("DLBENCH_OFFLINE")
    catalog.dataset("openml").load({"id": 7})
    monkeypatch.setenv("DLBENCH_OFFLINE", "1")
    before = len(asked)
    with pytest.raises(DataUnavailable, match="DLBENCH_OFFLINE"):
        catalog.dataset("openml").load({"id": 8})
    assert len(asked) == before


def test_the_identity_is_the_number_and_how_it_is_read() -> None:
    openml = catalog.dataset("openml")
    assert openml.identity({"id": 7}) != openml.identity({"id": 8})
    assert openml.identity({"id": 7}) != openml.identity({"id": 7, "target": "x"})
