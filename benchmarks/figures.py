"""Every figure on one screen: its name, what it says, its goal, and which run measures it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """``goal`` is held against the ratio when ``of`` is "ratio", else against the value. DESIGN: budgets."""

    name: str
    says: str
    unit: str
    goal: float
    better: Literal["more", "less"]
    of: Literal["value", "ratio"] = "value"

    def met(self, value: float, ratio: float | None) -> bool:
        held = value if self.of == "value" else ratio
        assert held is not None
        return held >= self.goal if self.better == "more" else held <= self.goal

    def line(
        self, value: float, machine: dict[str, Any], *, beside: float | None = None, **detail: Any
    ) -> dict[str, Any]:
        """The figure as it is printed. ``beside``: what it was held against in the same run."""
        ratio = round(value / beside, 3) if beside else None
        return {
            "figure": self.name,
            "value": round(value, 3),
            "unit": self.unit,
            "beside": round(beside, 3) if beside is not None else None,
            "ratio": ratio,
            "goal": f"{self.of} {'>=' if self.better == 'more' else '<='} {self.goal:g}",
            "met": self.met(value, ratio),
            "detail": detail,
            "machine": machine,
        }


RUNS: dict[str, tuple[Figure, ...]] = {
    "views": (
        Figure("warm-view", "warm $record a second, beside the stripped pipe", "views/s", 0.55, "more", "ratio"),
        Figure("warm-view-p99", "its 99th percentile, beside the pipe's", "ms", 3, "less", "ratio"),
        Figure("worker-memory", "resident memory of the worker after that", "MB", 300, "less"),
        Figure("cold-view", "200 facts of 5 sources, nothing cached, median", "ms", 15, "less"),
        Figure("cold-view-asked", "the same with all 5 sources asked on opening, median", "ms", 15, "less"),
        Figure("cold-view-5000", "5,000 facts, nothing cached, median", "ms", 400, "less"),
    ),
    "crowd": (Figure("crowd", "a cold view among many people, beside among few", "ms", 1.2, "less", "ratio"),),
    "pushes": (Figure("push", "resources in Bundles of 100, each durable", "resources/s", 2000, "more"),),
    "messages": (
        Figure("mllp", "HL7 v2 ADT messages answered AA over 8 connections", "messages/s", 1000, "more"),
        Figure("mllp-mixed", "the same where every other message is a result", "messages/s", 1000, "more"),
        Figure("mllp-statements", "SQL statements for each of those messages", "statements", 2, "less"),
    ),
    "returns": (
        Figure("csv", "rows of a quarterly return read and understood", "rows/s", 20000, "more"),
        Figure("csv-memory", "more memory at the end of that file than after its first parts", "MB", 30, "less"),
        Figure("csv-kept", "statements of a return kept, through the place's own pull", "statements/s", 3000, "more"),
    ),
    "starts": (
        Figure("help", "`carerecord --help`, median", "s", 0.3, "less"),
        Figure("demo", "`carerecord demo` to the first ready answer", "s", 20, "less"),
    ),
}  # fmt: skip
"""Run -> the figures that it gives, in the order in which they are printed."""


def figure(name: str) -> Figure:
    return next(f for figures in RUNS.values() for f in figures if f.name == name)
