"""A planned bundle as one HTML file: style, script, pictures and data are in it, and nothing is fetched.

Every text that comes from a trace is escaped by the template engine. Beside that, the page's own policy
allows no script and no style but the ones written here (by their hashes), and no request.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any

from checker.report.bundle_page import Page

INSTALL = "pip install 'lockstep-checker[report]'"
_SIGNS = {
    "+": ("h", "\N{CHECK MARK}", "holds"),
    "F": ("f", "\N{BALLOT X}", "is false"),
    "!": ("e", "!", "cannot be evaluated"),
    ".": ("n", "\N{MIDDLE DOT}", "says nothing"),
}


class NoTemplates(Exception):
    """The package `jinja2` is not installed."""

    def __init__(self) -> None:
        super().__init__("the package jinja2 is not installed")


def to_html(page: Page) -> str:
    """The text of the file. Raises NoTemplates."""
    style, script = _text("bundle.css"), _text("bundle.js")
    document: str = (
        _templates()
        .get_template("bundle.html")
        .render(
            page=page,
            signs=_SIGNS,
            style=style,
            script=script,
            policy="; ".join(
                [
                    "default-src 'none'",
                    f"script-src 'sha256-{_hash(script)}'",
                    f"style-src 'sha256-{_hash(style)}'",
                    "img-src data:",
                    "base-uri 'none'",
                    "form-action 'none'",
                ]
            ),
            itf=_embedded(page.itf),
        )
    )
    return document


@cache
def _templates() -> Any:
    """The template engine, which escapes all that it is given. Raises NoTemplates."""
    try:
        engine: Any = import_module("jinja2")
    except ImportError as error:
        raise NoTemplates from error
    loader = engine.FunctionLoader(_text)
    return engine.Environment(
        loader=loader,
        autoescape=True,
        undefined=engine.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _text(name: str) -> str:
    """A file of the templates."""
    return files("checker.report").joinpath("templates", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _embedded(document: str) -> str:
    """A JSON document as it may stand in a script element: without a sign that HTML could read."""
    text = json.dumps(json.loads(document), separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
