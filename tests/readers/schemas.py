"""The schemas that the checker publishes of its own formats, as `jsonschema` reads them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

import checker.report

FOLDER = Path(checker.report.__file__).parent / "schemas"
NAMES = ("trace", "result", "gate", "progress", "understanding")


@cache
def schema(name: str) -> dict[str, Any]:
    """The schema of `lockstep-NAME`."""
    found: dict[str, Any] = json.loads((FOLDER / f"lockstep-{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(found)
    return found


@cache
def _validator(name: str) -> Any:
    resources = [(schema(one)["$id"], Resource.from_contents(schema(one))) for one in NAMES]
    empty: Any = Registry
    registry: Any = empty().with_resources(resources)
    return Draft202012Validator(schema(name), registry=registry)


def faults(name: str, document: object) -> list[str]:
    """What a document has against its schema."""
    return [f"{error.json_path}: {error.message}" for error in _validator(name).iter_errors(document)]
