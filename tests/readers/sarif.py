"""Reads SARIF with classes that `pydantic-sarif` made of the official schema: unknown keys are refused."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

_MODEL: Any = import_module("pydantic_sarif.model")  # it ships no annotations


def read_sarif(text: str) -> dict[str, Any]:
    """The one run of a document that the schema allows."""
    _MODEL.StaticAnalysisResultsFormatSarifVersion210JsonSchema.model_validate_json(text)
    (run,) = json.loads(text)["runs"]
    found: dict[str, Any] = run
    return found


def results_of(text: str) -> list[dict[str, Any]]:
    """The results of that run."""
    found: list[dict[str, Any]] = read_sarif(text)["results"]
    return found
