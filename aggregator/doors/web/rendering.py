"""The templates: one strict environment of our own, and the few macros of nhsuk-frontend that it may call.

Ours fails on an unknown name (a typo is a fault, not an empty cell); the macros of nhsuk-frontend rely on the
opposite, so they live in an environment of their own and are handed over as functions.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, Environment, FileSystemLoader, StrictUndefined

from aggregator.doors.web.reading import dates
from aggregator.doors.web.reading.words import sentence
from schemas.errors import NOTHING_TO_SHOW

_MACROS = {
    "button": "button", "input": "input", "radios": "radios", "textarea": "textarea", "select": "select",
    "error-summary": "errorSummary", "date-input": "dateInput", "back-link": "backLink",
    "skip-link": "skipLink", "inset-text": "insetText",
}  # fmt: skip


@cache
def environment() -> Environment:
    """Made once in a process; templates are compiled at their first use."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals |= {"nhsuk": _nhsuk(), "nothing_text": NOTHING_TO_SHOW}
    made.filters |= {
        "day": dates.day,
        "moment": dates.moment,
        "typed_day": dates.typed_day,
        "long_day": dates.long_day,
        "long_moment": dates.long_moment,
        "span_of_time": dates.length,
        "sentence": sentence,
    }
    return made


def _nhsuk() -> dict[str, Any]:
    folder = Path(str(files("nhsuk_frontend_jinja"))) / "templates"
    # Their macros are trusted and take texts as "text", which they escape.
    theirs = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=ChainableUndefined)
    return {
        name: getattr(theirs.get_template(f"nhsuk/components/{path}/macro.jinja").module, name)
        for path, name in _MACROS.items()
    }


def render(template: str, **values: Any) -> bytes:
    """A page as bytes. Values are escaped unless they are ``Markup``."""
    return environment().get_template(template).render(**values).encode()
