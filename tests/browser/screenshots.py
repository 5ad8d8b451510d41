"""Takes pictures of a bundle, to be looked at: `python -m tests.browser.screenshots FILE.html`.

Light, dark and on a phone, at the last step, into `reports/`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.browser.pages import Visit, browser

OUT = Path("reports")


def take(file: Path) -> list[Path]:
    """The pictures of a bundle."""
    OUT.mkdir(exist_ok=True)
    made: list[Path] = []
    with browser() as found:
        for name, width, dark in (("light", 1300, False), ("dark", 1300, True), ("phone", 390, False)):
            visit = Visit(found, file.resolve(), width=width, dark=dark)
            visit.press("End")
            made.append(OUT / f"{file.stem}-{name}.png")
            visit.page.screenshot(path=made[-1], full_page=width < 900)
    return made


if __name__ == "__main__":
    for path in take(Path(sys.argv[1])):
        print(path)
