"""Capture: from a model class to the typed IR."""

from checker.capture.model import capture
from checker.capture.problems import Problem, Refused

__all__ = ["Problem", "Refused", "capture"]
