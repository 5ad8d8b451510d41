"""The review bundle, driven in headless Chromium.

Where no Chromium is on the machine these tests are skipped, and the report says so; what can be told without
one is told by tests/unit/report/test_bundle.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from checker.report.bundle_html import to_html
from checker.report.bundle_page import Known, plan_page
from tests.browser.pages import Visit, browser, chromium
from tests.unit.report.test_bundle import hostile_known, hostile_trace
from tests.unit.traces.samples import PAXOS

pytestmark = pytest.mark.skipif(
    chromium() is None, reason="no Chromium is on this machine; Debian's package is chromium"
)
LAST = len(PAXOS.steps)


@pytest.fixture(scope="module")
def found() -> Iterator[Browser]:
    with browser() as made:
        yield made


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "paxos.html"
    path.write_text(to_html(plan_page(PAXOS, Known(note="No model."), "paxos")))
    return path


def heads() -> list[str]:
    """The heads of the steps, as they are shown."""
    calls = [step.call for step in (PAXOS.initial, *PAXOS.steps)]
    return [f"{f'Step {n}' if n else 'The initial state'} {call}" for n, call in enumerate(calls)]


def test_keys_buttons_slider_and_rows_step(found: Browser, file: Path) -> None:
    visit = Visit(found, file)
    assert visit.step == heads()[0]
    visit.press("ArrowRight", "ArrowRight")
    assert visit.step == heads()[2]
    assert visit.page.evaluate("location.hash") == "#step=2"
    visit.press("ArrowLeft", "End")
    assert visit.step == heads()[LAST]
    visit.press("ArrowRight", "Home")
    assert visit.step == heads()[0]
    visit.page.get_by_role("button", name="Step forth").click()
    assert visit.step == heads()[1]
    slider = visit.page.get_by_role("slider", name="Step")
    slider.focus()
    visit.press("ArrowRight")
    assert visit.step == heads()[2]
    assert slider.get_attribute("aria-valuetext") == f"Step 2 of {LAST}: {PAXOS.steps[1].call}"
    visit.page.locator("svg a[data-step='3']").click(position={"x": 5, "y": 5})
    assert visit.step == heads()[3]
    assert visit.page.locator("svg a.now").get_attribute("data-step") == "3"
    assert visit.complaints == []
    assert visit.requests == []


@pytest.mark.parametrize(
    ("address", "step"), [("#step=3", 3), ("#step=0", 0), ("#step=99999", LAST), ("#step=x", 0)]
)
def test_a_permalink_opens_its_step(found: Browser, file: Path, address: str, step: int) -> None:
    visit = Visit(found, file, address=address)
    assert visit.step == heads()[step]
    visit.page.evaluate("location.hash = '#step=2'")
    visit.page.wait_for_function("document.querySelector('article.now h2').textContent.includes('Step 2')")
    assert visit.complaints == []


@pytest.mark.parametrize("width", [320, 390, 900, 1300])
def test_the_page_fits_its_width(found: Browser, file: Path, width: int) -> None:
    visit = Visit(found, file, width=width)
    visit.press("End")
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    box = visit.page.get_by_role("button", name="Step back").bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 40
    assert 0 <= box["x"] <= width - box["width"]


def test_what_a_screen_reader_is_told(found: Browser, file: Path) -> None:
    visit = Visit(found, file)
    tree = visit.page.locator("body").aria_snapshot()
    for part in ("- banner", "- navigation", "- main", "- slider", 'heading "Lanes"', "table", "- status"):
        assert part in tree, part
    assert 'link "Step 1: ' in tree
    for button in visit.page.get_by_role("button").all():
        assert button.inner_text().strip() or button.get_attribute("aria-label")
    visit.press("ArrowRight")
    assert visit.page.get_by_role("status").inner_text() == f"Step 1 of {LAST}: {PAXOS.steps[0].call}"
    assert visit.page.locator("svg a[aria-current=step]").get_attribute("data-step") == "1"


def test_light_and_dark(found: Browser, file: Path) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    light, dark = Visit(found, file), Visit(found, file, dark=True)
    assert light.page.evaluate(colour) == "rgb(255, 255, 255)"
    night = dark.page.evaluate(colour)
    assert night != "rgb(255, 255, 255)"
    light.page.get_by_role("button", name="Dark").click()
    assert light.page.evaluate(colour) == night
    dark.page.get_by_role("button", name="Light").click()
    assert dark.page.evaluate(colour) == "rgb(255, 255, 255)"


def test_the_trace_is_downloaded(found: Browser, file: Path) -> None:
    visit = Visit(found, file)
    with visit.page.expect_download() as waiting:
        visit.page.locator("button.save[data-from=itf]").click()
    assert waiting.value.suggested_filename == "paxos.itf.json"
    document = json.loads(Path(waiting.value.path()).read_text())
    assert len(document["states"]) == LAST + 1


def test_a_trace_of_scripts_runs_none(found: Browser, tmp_path: Path) -> None:
    path = tmp_path / "hostile.html"
    path.write_text(to_html(plan_page(hostile_trace(), hostile_known(), "hostile")))
    visit = Visit(found, path)
    visit.press("End", "Home", "ArrowRight")
    assert visit.page.title().startswith("A trace of 1 step about")
    assert visit.page.locator("img").count() == 0
    assert visit.complaints == []
    assert visit.requests == []
