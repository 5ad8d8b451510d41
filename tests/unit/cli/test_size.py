"""`lockstep size`: where states come from, and what a planted flag costs."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from checker.capture.model import capture
from checker.cli import run
from checker.engines.native.attribution import explore_with_attribution as natively
from checker.engines.python.attribution import explore_with_attribution as slowly
from checker.engines.request import Request
from checker.ir.readers import readers_of
from checker.report import html_templates
from checker.report.size_page import Bar, Plot, plots_page
from model.lease import Lease
from model.paxos import Paxos
from tests.models.mutable import Rounds
from tests.models.sticky import Passing
from tests.unit.cli.process import lockstep

STICKY = ("tests.models.sticky:Passing", "--scope", "Node=2", "--deadlock", "accept")
REQUESTS = [
    Request(Passing, {"Node": 2}, deadlock=False),
    Request(Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 1}, deadlock=False),
    Request(Rounds, {"Node": 3, "Round": 1}, faults={"crash": 1}, deadlock=False),
    Request(
        Lease,
        {"Node": 2},
        {"horizon": 2, "drift": 1, "lease_ticks": 1, "grant_ticks": 3, "asks_max": 1},
        {"crash": 1},
    ),
]


def without_times(text: str) -> str:
    """A report without seconds."""
    return re.sub(r"[0-9.]+ s to", "N s to", text)


@pytest.mark.parametrize("request_", REQUESTS, ids=[one.model.__name__ for one in REQUESTS])
def test_compiled_code_counts_what_python_counts(request_: Request) -> None:
    native, python = natively(request_), slowly(request_)
    compact = natively(replace(request_, store="compact"))
    assert compact[1].without == native[1].without
    assert native[0].statistics.distinct == python[0].statistics.distinct
    counts = native[1].without
    assert counts == python[1].without
    assert all(one is not None and one <= (native[0].statistics.distinct or 0) for _, one in counts)


def test_a_flag_that_nothing_looks_at_comes_first(golden: Callable[[str, str], None]) -> None:
    done = lockstep("size", *STICKY)
    assert (done.code, done.err) == (0, "")
    golden("cli/size_sticky.txt", without_times(done.out))
    document: Any = json.loads(lockstep("size", *STICKY, "--json").out)
    first = document["variables"][0]
    assert first["name"] == "was_full"
    assert (first["guards"], first["effects"], first["properties"]) == ([], [], [])
    assert first["without"] < document["distinct"]
    least = min(document["variables"], key=lambda one: one["without"])
    assert least["name"] != "was_full", "another variable has more states, and is needed"


def test_who_looks_at_what() -> None:
    found = readers_of(capture(Passing))
    assert found["was_full"].is_unread
    assert found["held"].guards == ("take", "give")
    assert set(found["held"].effects) == {"was_full", "log"}
    assert found["log"].properties == ("few",)
    assert found["log"].guards == ()
    rounds = readers_of(capture(Rounds))
    assert rounds["network"].guards == ("finish", "count")
    assert rounds["reached"].effects == ("disk",)
    assert rounds["history"].is_unread


def test_the_object_of_json(golden: Callable[[str, str], None]) -> None:
    document: Any = json.loads(lockstep("size", "specs/paxos.toml:two ballots", "--json").out)
    assert set(document["seconds"]) == {"search", "count"}
    del document["seconds"]
    golden("cli/size_paxos.json", json.dumps(document, indent=1) + "\n")


class _Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_has_a_bar_for_each_variable_and_asks_for_nothing(tmp_path: Path) -> None:
    file = tmp_path / "size.html"
    done = lockstep("size", *STICKY, "--html", str(file))
    assert done.code == 0
    page = file.read_text(encoding="utf-8")
    read = _Read()
    read.feed(page)
    names = [tag for tag, _ in read.tags]
    assert names.count("svg") == 3
    assert not {"script", "link", "img", "iframe"} & set(names)
    assert not any("href" in given or "src" in given for _, given in read.tags)
    for variable in ("was_full", "held", "spare", "log"):
        assert f">{variable}</text>" in page


def test_names_are_escaped_and_no_script_may_run() -> None:
    plots = [Plot("<b>bars</b>", 4, (Bar("<script>", 1, "a < b"), Bar("whole", 4)))]
    page = plots_page("<title>", "1 & 2", plots)
    read = _Read()
    read.feed(page)
    assert not {"script", "b"} & {tag for tag, _ in read.tags}
    assert "script-src 'none'" in next(
        given["content"] or "" for _, given in read.tags if "http-equiv" in given
    )
    lengths = [given["width"] for tag, given in read.tags if tag == "rect" and given["class"] == "part"]
    assert lengths == ["130.0", "520.0"]


def test_without_the_template_library(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    html_templates.templates.cache_clear()  # the engine of another test
    file = tmp_path / "size.html"
    assert run(["size", *STICKY, "--engine", "python", "--html", str(file)]) == 153
    told = "--html: the package jinja2 is not installed; pip install 'lockstep-checker[report]'\n"
    assert capsys.readouterr().err.endswith(told)
    assert not file.exists()


def test_mistakes(tmp_path: Path) -> None:
    several = lockstep("size", "specs/paxos.toml")
    assert several.code == 151
    assert "each has states of its own; name one: specs/paxos.toml:two ballots" in several.err
    unwritable = lockstep("size", *STICKY, "--html", str(tmp_path / "nowhere" / "size.html"))
    assert unwritable.code == 153
    cut = lockstep("size", *STICKY, "--max-states", "5")
    assert cut.code == 20
    assert "cut short" in cut.out
