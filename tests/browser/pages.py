"""Headless Chromium for the tests of pages: found on the machine, never downloaded."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str | None:
    """The browser's program, if there is one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@contextmanager
def browser() -> Generator[Browser]:
    """A browser. Fails where there is none."""
    program = chromium()
    assert program is not None, f"no browser: none of {', '.join(NAMES)} is on the path"
    with sync_playwright() as player:
        made = player.chromium.launch(executable_path=program, args=list(QUIET))
        try:
            yield made
        finally:
            made.close()


class Visit:
    """A page from a file, with all that it asks for and complains of.

    Attributes:
        complaints: of the console and of scripts.
        requests: addresses beside the file itself.
    """

    def __init__(
        self, browser: Browser, file: Path, *, address: str = "", width: int = 1300, dark: bool = False
    ) -> None:
        scheme: Literal["dark", "light"] = "dark" if dark else "light"
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        own = file.as_uri()
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda asked: None if asked.url == own else self.requests.append(asked.url))
        self.page.goto(own + address)

    @property
    def step(self) -> str:
        """The head of the step that is shown; fails where not exactly one is."""
        shown = [one for one in self.page.locator("article").all() if one.is_visible()]
        (only,) = shown
        return only.locator("h2").inner_text()

    def press(self, *keys: str) -> None:
        """Presses keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)
