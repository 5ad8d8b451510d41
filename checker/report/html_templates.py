"""The template engine of pages of HTML, and the policy that a page carries.

Every text that is not ours is escaped by the engine. Beside that, a page's own policy allows no script and
no style but those written in it (by their hashes), and no request.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any

INSTALL = "pip install 'lockstep-checker[report]'"


class NoTemplates(Exception):
    """The package `jinja2` is not installed."""

    def __init__(self) -> None:
        super().__init__("the package jinja2 is not installed")


def filled(name: str, **given: Any) -> str:
    """A template with what it is given. Raises NoTemplates."""
    document: str = templates().get_template(name).render(**given)
    return document


@cache
def templates() -> Any:
    """The template engine, which escapes all that it is given. Raises NoTemplates."""
    try:
        engine: Any = import_module("jinja2")
    except ImportError as error:
        raise NoTemplates from error
    loader = engine.FunctionLoader(template_text)
    return engine.Environment(
        loader=loader,
        autoescape=True,
        undefined=engine.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def template_text(name: str) -> str:
    """A file of the templates."""
    return files("checker.report").joinpath("templates", name).read_text(encoding="utf-8")


def policy(style: str, script: str | None = None) -> str:
    """What a page with this style and this script may do: nothing else."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'sha256-{_hash(script)}'" if script is not None else "script-src 'none'",
            f"style-src 'sha256-{_hash(style)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
