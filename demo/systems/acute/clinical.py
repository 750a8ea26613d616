"""Allergies, diagnoses, procedures (AL1, DG1, PR1), results and words (OBR, OBX)."""

import base64
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from demo.lives import Coded
from demo.lives.acute import Wound
from demo.lives.facts import Allergy, Capacity, Diagnosis, Medicine, Procedure, Result, Resuscitation
from demo.systems.acute.writing import parts, plain, segment, stamp

_ALLERGY_KINDS: Final = {"drug": "DA", "food": "FA", "environment": "EA"}
_SEVERITIES: Final = {"mild": "MI", "moderate": "MO", "severe": "SV"}
_UNITS: Final = {
    "/min": "/min", "%": "%", "mmHg": "mm[Hg]", "Cel": "Cel", "kg": "kg", "g/L": "g/L", "mmol/L": "mmol/L",
    "umol/L": "umol/L", "mmol/mol": "mmol/mol", "mL/min/1.73m2": "mL/min/{1.73_m2}", "mg/L": "mg/L",
    "10*9/L": "10*9/L",
}  # fmt: skip
_STATUS: Final = {"final": "F", "corrected": "C", "preliminary": "P"}
_RESUSCITATION: Final = {
    "do_not_attempt": ("450476008", "Not for attempted cardiopulmonary resuscitation"),
    "attempt": ("450475007", "For attempted cardiopulmonary resuscitation"),
}


def coded(what: Coded, *, national: bool = False) -> str:
    """CE. `national`: ICD-10 first, as the diagnosis segment wants; else SNOMED CT first."""
    both = [(what.snomed, what.text, "SCT"), (what.icd10, what.text, "I10")]
    found = [value for one in (reversed(both) if national else both) if one[0] for value in one]
    return parts(*found) if found else parts("", what.text)


def allergy(held: Allergy) -> str:
    """AL1. "None known" is a coded statement of its own."""
    return segment(
        "AL1",
        {
            1: "1",
            2: "" if held.none_known else _ALLERGY_KINDS[held.kind],
            3: coded(held.substance),
            4: _SEVERITIES.get(held.severity, ""),
            5: plain(held.reaction.text) if held.reaction else "",
            6: stamp(held.on.date()),
        },
    )


def diagnosis(held: Diagnosis) -> str:
    """DG1. The feed cannot say that a problem is over: that is the ward's and the practice's business."""
    return segment(
        "DG1",
        {
            1: "1", 3: coded(held.what, national=True), 4: plain(held.what.text), 5: stamp(held.on), 6: "F",
            18: "Y" if held.sealed else "",
        },
    )  # fmt: skip


def procedure(held: Procedure) -> str:
    """PR1 in OPCS-4 where there is a code."""
    told = parts(held.opcs4, held.what.text, "OPCS4") if held.opcs4 else coded(held.what)
    return segment("PR1", {1: "1", 3: told, 4: plain(held.what.text), 5: stamp(held.on)})


def report(
    number: str, test: str, taken: datetime, told: datetime, section: str = "", state: str = "F"
) -> str:
    """OBR. `section` LAB or NRS (bedside), or "" for words."""
    return segment(
        "OBR", {1: "1", 3: plain(number), 4: test, 7: stamp(taken), 22: stamp(told), 24: section, 25: state}
    )


def observation(
    order: int, what: tuple[str, str], words: str, at: datetime, *, system: str = "", state: str = "F"
) -> str:
    """OBX in words. `what` is (code, name); without a system the code is the hospital's own."""
    code = parts(*what, system or "L")
    return segment("OBX", {1: str(order), 2: "TX", 3: code, 5: plain(words), 11: state, 14: stamp(at)})


def document(order: int, title: str, text: str, at: datetime) -> str:
    """OBX that holds a document."""
    content = "^".join(["", "text", "PLAIN", "Base64", base64.b64encode(text.encode()).decode()])
    code = parts("DOC", title, "L")
    return segment("OBX", {1: str(order), 2: "ED", 3: code, 5: content, 11: "F", 14: stamp(at)})


def result(order: int, held: Result) -> str:
    """OBX of a measurement: a number with its digits, or words."""
    codes = [v for one in ((held.what.snomed, held.what.text, "SCT"), (held.loinc, held.what.text, "LN")) if one[0]
             for v in one]  # fmt: skip
    number = isinstance(held.value, Decimal)
    return segment(
        "OBX",
        {
            1: str(order),
            2: "NM" if number else "ST",
            3: parts(*codes) if codes else parts("", held.what.text),
            5: plain(str(held.value)),
            6: _unit(held.unit),
            7: _range(held.low, held.high),
            8: held.flag,
            11: _STATUS[held.status],
            14: stamp(held.on),
        },
    )


def _unit(unit: str) -> str:
    return parts(_UNITS[unit], unit, "UCUM") if unit in _UNITS else parts(unit)


def _range(low: Decimal | None, high: Decimal | None) -> str:
    if low is not None and high is not None:
        return f"{low}-{high}"
    return f">{low}" if low is not None else f"<{high}" if high is not None else ""


def resuscitation(held: Resuscitation, *, withdrawn: bool = False) -> list[str]:
    """OBX and its notes. A withdrawn recommendation is taken back (OBX-11 W)."""
    code, name = _RESUSCITATION[held.recommendation]
    notes = [
        f"Form: {held.form}. Kept: {held.form_kept or 'not told'}. Clinician: {held.clinician or 'not told'}.",
        f"Review due {held.review_due.isoformat()}." if held.review_due else "",
        "The person was told." if held.person_told else "The person was not told.",
        held.note,
    ]
    state = "W" if withdrawn else "F"
    row = observation(1, (code, name), name, held.on, system="SCT", state=state)
    return [row, *(segment("NTE", {1: str(n), 3: plain(t)}) for n, t in enumerate(filter(None, notes), 1))]


def capacity(held: Capacity) -> str:
    """OBX: one decision, never a general verdict."""
    words = "has capacity" if held.outcome == "has_capacity" else "lacks capacity"
    told = f"{held.decision}: {words} for this decision. Assessed by {held.assessor}."
    more = " Fluctuates." if held.fluctuating else ""
    name = ("CAPACITY", "Capacity to decide")
    return observation(1, name, " ".join(filter(None, (told + more, held.note))), held.on)


def wound(held: Wound) -> list[str]:
    """OBX: what it is, where, how large, how deep, and what covers it."""
    words = (
        ("WOUND", "Wound", held.what.text),
        ("WOUND-SITE", "Site of wound", held.site),
        ("WOUND-CATEGORY", "Pressure ulcer category", held.category),
        ("WOUND-DRESSING", "Dressing", held.dressing),
    )
    sizes = (
        ("WOUND-LENGTH", "Length of wound", held.length_mm),
        ("WOUND-WIDTH", "Width of wound", held.width_mm),
    )
    told = [
        observation(n, (code, name), text, held.on) for n, (code, name, text) in enumerate(words, 1) if text
    ]
    told += [
        segment(
            "OBX",
            {
                1: str(n), 2: "NM", 3: parts(code, name, "L"), 5: str(size), 6: parts("mm", "mm", "UCUM"), 11: "F",
                14: stamp(held.on),
            },
        )
        for n, (code, name, size) in enumerate(sizes, len(words) + 1)
        if size is not None
    ]  # fmt: skip
    return told


def plan(held: Wound) -> list[str]:
    """PTH with its note, problem and goal: what the nurses do for a wound and what it is to reach."""
    rows = [
        segment(
            "PTH", {1: "AD", 2: parts("WOUND", "Wound care plan", "L"), 3: f"{held.id}-P", 4: stamp(held.on)}
        ),
        segment("NTE", {1: "1", 3: plain(held.plan)}),
        segment("PRB", {1: "AD", 2: stamp(held.on), 3: coded(held.what, national=True), 4: held.id}),
    ]
    if held.goal:
        goal = {1: "AD", 2: stamp(held.on), 3: parts("", held.goal), 4: f"{held.id}-G", 8: stamp(held.review)}
        rows.append(segment("GOL", goal))
    return rows


def medicines(held: Sequence[Medicine]) -> str:
    """The medicines of a discharge letter, a line each. ADT has none, and delicate ones are not on the letter."""
    lines = [
        f"{(m.change or 'listed').upper()}: {m.name}, {' '.join(filter(None, (m.dose, m.route, m.frequency)))}"
        + (f". {m.note}" if m.note else "")
        for m in held
    ]
    return "\n".join(lines)
