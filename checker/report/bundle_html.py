"""A planned bundle as one HTML file: style, script, pictures and data are in it, and nothing is fetched."""

from __future__ import annotations

import json

from checker.report.bundle_page import Page
from checker.report.html_templates import filled, policy, template_text

_SIGNS = {
    "+": ("h", "\N{CHECK MARK}", "holds"),
    "F": ("f", "\N{BALLOT X}", "is false"),
    "!": ("e", "!", "cannot be evaluated"),
    ".": ("n", "\N{MIDDLE DOT}", "says nothing"),
}


def to_html(page: Page) -> str:
    """The text of the file. Raises NoTemplates."""
    style, script = template_text("bundle.css"), template_text("bundle.js")
    return filled(
        "bundle.html",
        page=page,
        signs=_SIGNS,
        style=style,
        script=script,
        policy=policy(style, script),
        itf=_embedded(page.itf),
    )


def _embedded(document: str) -> str:
    """A JSON document as it may stand in a script element: without a sign that HTML could read."""
    text = json.dumps(json.loads(document), separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
