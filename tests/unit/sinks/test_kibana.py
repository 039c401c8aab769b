"""What goes to Kibana holds together: fields exist and fit, references resolve, panels do not overlap."""

import copy
import json
from collections.abc import Iterator
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner

from newswatch.cli.setup import command as setup
from newswatch.errors import Unavailable
from sinks.index_names import Family
from sinks.indices.catalogue import CATALOGUE
from sinks.indices.fields import searchable_paths
from sinks.kibana.checks import faults_in_definition, faults_in_objects, unused_views
from sinks.kibana.content import DASHBOARDS
from sinks.kibana.dashboards_api import dashboards
from sinks.kibana.files import files
from sinks.kibana.importing import Door, bring_in
from sinks.kibana.model import COLUMNS, Where, kuery
from sinks.kibana.rules import connector, rules
from sinks.kibana.saved_objects import ndjson, saved_objects

OBJECTS = saved_objects("newswatch")


def test_the_definition_has_no_faults() -> None:
    assert list(faults_in_definition()) == []


def test_the_saved_objects_have_no_faults() -> None:
    assert list(faults_in_objects(OBJECTS)) == []


def test_there_are_five_dashboards_and_every_family_is_shown() -> None:
    assert [one.id for one in DASHBOARDS] == ["now", "country", "events", "framing", "pipeline"]
    assert unused_views() == set()


def test_an_export_is_the_same_each_time() -> None:
    assert files("newswatch") == files("newswatch")
    assert ndjson(OBJECTS) == ndjson(saved_objects("newswatch"))


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda objects: objects.pop(0), "which is not there"),
        (lambda objects: objects[-1]["references"].pop(), "lacks the reference"),
        (lambda objects: objects.append(objects[0]), "is there 2 times"),
        (lambda objects: objects[3].update(typeMigrationVersion="7.0.0"), "names other versions"),
        (
            lambda objects: objects[-1]["attributes"].update(
                panelsJSON=objects[-1]["attributes"]["panelsJSON"].replace(
                    '"accessors":["measure0"', '"accessors":["other"'
                )
            ),
            "is no column",
        ),
    ],
    ids=["a data view left out", "a reference left out", "an object doubled", "an old version", "a wrong accessor"],
)
def test_faults_are_found(spoil: Any, fault: str) -> None:
    objects = copy.deepcopy(OBJECTS)
    spoil(objects)

    assert any(fault in found for found in faults_in_objects(objects))


def test_the_dashboards_api_bodies_are_flat_and_inside_the_grid() -> None:
    for body in dashboards("newswatch").values():
        assert set(body) == {"title", "description", "time_range", "panels"}
        for panel in body["panels"]:
            assert panel["grid"]["x"] + panel["grid"]["w"] <= COLUMNS
            assert panel["type"] in {"vis", "map", "discover_session"}


def test_every_field_of_the_dashboards_api_bodies_is_mapped() -> None:
    types = {path for family in Family for path in searchable_paths(CATALOGUE[family])}
    for body in dashboards("newswatch").values():
        assert set(named_fields(body)) <= types


def named_fields(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            if key in ("field", "time_field"):
                yield part
            elif key in ("fields", "columns") and isinstance(part, list):
                yield from part
            else:
                yield from named_fields(part)
    elif isinstance(value, list):
        for part in value:
            yield from named_fields(part)


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ((), ""),
        ((Where(field="a", values=("x",)),), 'a: "x"'),
        ((Where(field="a", values=("x", "y")),), 'a: ("x" or "y")'),
        ((Where(field="a"), Where(field="b", values=('q"',), none=True)), 'a: * and not b: "q\\""'),
    ],
)
def test_conditions_as_kibana_writes_them(where: tuple[Where, ...], text: str) -> None:
    assert kuery(where) == text


def test_rules_have_all_that_has_no_default_and_an_action_the_free_licence_allows() -> None:
    assert connector("newswatch")["connector_type_id"] == ".index"
    for body in rules("newswatch").values():
        params = body["params"]
        assert {"size", "timeWindowSize", "timeWindowUnit", "threshold", "thresholdComparator", "timeField"} <= set(
            params
        )
        assert "query" in json.loads(params["esQuery"])
        assert params["timeField"] in {path for fields in CATALOGUE.values() for path in fields}
        assert len(body["actions"]) == 1


class Kibana(BaseHTTPRequestHandler):
    """Speaks the two endpoints and checks what it gets, as far as our own rules go."""

    held: dict[tuple[str, str], Any]
    refuse = False

    def do_POST(self) -> None:
        objects = [json.loads(line) for line in self._file().splitlines()]
        faults = (
            list(faults_in_objects(objects)) if self.path == "/api/saved_objects/_import?overwrite=true" else ["path"]
        )
        if self.headers["kbn-xsrf"] is None or faults or self.refuse:
            errors = [{"type": "index-pattern", "id": "x", "error": {"type": "conflict"}}]
            self._answer(200 if self.refuse else 400, {"success": False, "errors": errors, "faults": faults})
            return
        self.held.update({(one["type"], one["id"]): one for one in objects})
        results = [{"type": one["type"], "id": one["id"]} for one in objects]
        self._answer(200, {"success": True, "successCount": len(objects), "successResults": results})

    def do_PUT(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        ident = self.path.removeprefix("/api/dashboards/")
        sound = self.headers["kbn-xsrf"] and {"title", "panels", "time_range"} <= set(body)
        self.held[("dashboard", ident)] = body
        self._answer(200 if sound else 400, {"id": ident})

    def _file(self) -> str:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        (part,) = BytesParser(policy=HTTP).parsebytes(head + raw).iter_parts()
        assert part.get_param("name", header="content-disposition") == "file"
        return part.get_payload(decode=True).decode()  # type: ignore[union-attr]

    def _answer(self, code: int, body: Any) -> None:
        data = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def kibana() -> Iterator[tuple[str, type[Kibana]]]:
    handler = type("Handler", (Kibana,), {"held": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", handler
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("door", Door)
def test_everything_is_brought_in_and_replaced_the_second_time(kibana: tuple[str, type[Kibana]], door: Door) -> None:
    url, handler = kibana
    first = bring_in(url, "newswatch", door, {})
    held = dict(handler.held)
    assert bring_in(url + "/", "newswatch", door, {}) == first

    assert handler.held == held
    assert {(one.kind, one.id) for one in first} == set(held)
    assert len([one for one in first if one.kind == "dashboard"]) == 5


def test_what_kibana_refuses_is_named(kibana: tuple[str, type[Kibana]]) -> None:
    url, handler = kibana
    handler.refuse = True

    with pytest.raises(Unavailable, match="index-pattern x: conflict"):
        bring_in(url, "newswatch", Door.SAVED_OBJECTS, {})


def test_a_kibana_that_is_away_is_one_sentence() -> None:
    with pytest.raises(Unavailable, match="Kibana does not answer"):
        bring_in("http://127.0.0.1:9", "newswatch", Door.SAVED_OBJECTS, {})


def test_files_are_written_without_any_server(tmp_path: Path) -> None:
    result = CliRunner().invoke(setup, ["--export", str(tmp_path / "kibana")])

    assert result.exit_code == 0, result.output
    assert len((tmp_path / "kibana" / "newswatch.ndjson").read_text().splitlines()) == len(OBJECTS)
    assert (tmp_path / "kibana" / "rules" / "newswatch-rejects-pile-up.json").is_file()
