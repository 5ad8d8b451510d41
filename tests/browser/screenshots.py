"""Takes pictures of pages: `python -m tests.browser.screenshots BUNDLE.html SIZE.html`.

Of a bundle light, dark and on a phone, at the last step, into `reports/`, to be looked at; and small ones of
both pages into `docs/pictures/`, which the documentation shows.
"""

from __future__ import annotations

import base64
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.browser.pages import Visit, browser

OUT = Path("reports")
PICTURES = Path("docs") / "pictures"
QUALITY = 50
"""Of the small pictures, up to 100."""


@dataclass(frozen=True, slots=True)
class Small:
    """A picture for the documentation: what is seen without scrolling."""

    name: str
    width: int
    height: int
    dark: bool = False


BUNDLE = (Small("bundle", 1100, 800), Small("bundle-phone", 390, 760, dark=True))
SIZE = (Small("size", 900, 460),)


def take(found: Browser, file: Path) -> list[Path]:
    """The pictures of a bundle that are looked at."""
    OUT.mkdir(exist_ok=True)
    made: list[Path] = []
    for name, width, dark in (("light", 1300, False), ("dark", 1300, True), ("phone", 390, False)):
        visit = Visit(found, file.resolve(), width=width, dark=dark)
        visit.press("End")
        made.append(OUT / f"{file.stem}-{name}.png")
        visit.page.screenshot(path=made[-1], full_page=width < 900)
    return made


def take_small(found: Browser, file: Path, wanted: tuple[Small, ...], folder: Path) -> list[Path]:
    """Pictures of a page as WebP, which takes a third of what a PNG does."""
    folder.mkdir(exist_ok=True)
    made: list[Path] = []
    for one in wanted:
        visit = Visit(found, file.resolve(), width=one.width, dark=one.dark)
        visit.page.set_viewport_size({"width": one.width, "height": one.height})
        visit.press("End")  # the last step of a bundle; a page that has none has no keys
        visit.page.evaluate("window.scrollTo(0, 0)")
        asked = {"format": "webp", "quality": QUALITY}
        session: Any = visit.page.context.new_cdp_session(visit.page)
        taken = session.send("Page.captureScreenshot", asked)
        made.append(folder / f"{one.name}.webp")
        made[-1].write_bytes(base64.b64decode(taken["data"]))
    return made


if __name__ == "__main__":
    bundle, size = map(Path, sys.argv[1:])
    with browser() as opened:
        for path in (
            *take(opened, bundle),
            *take_small(opened, bundle, BUNDLE, PICTURES),
            *take_small(opened, size, SIZE, PICTURES),
        ):
            print(path)
