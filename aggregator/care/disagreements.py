"""What sources disagree on, said once for each kind of disagreement with the names of the lines that it concerns."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.passport import Line
from schemas.record import Record


def notes(record: Record, told: Iterable[Line]) -> tuple[str, ...]:
    """One note for each text, in order of harm: "Sertraline, Amlodipine: one medicine is ...".

    When it concerns every line there is, the names would add nothing.
    """
    names = {line.entry_id: line.text for line in told}
    said: dict[str, dict[str, None]] = {}
    for conflict in record.conflicts:
        concerned = [names[e] for e in conflict.entries if e in names]
        if concerned:
            said.setdefault(conflict.text, {}).update(dict.fromkeys(concerned))
    every = dict.fromkeys(names.values())
    return tuple(text if about == every else f"{', '.join(about)}: {text}" for text, about in said.items())
