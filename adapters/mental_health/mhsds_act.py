"""MHSDS tables of the Mental Health Act: periods, conditional discharge, community orders, recall, leave.

Current Act status is part of the safety floor, so each is a Flag with its own dates.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from adapters.dossier import Told
from adapters.elements import Element, coding, concept, local_codes, local_extension, period, when
from adapters.mental_health.codes import LEGAL_STATUS, legal_concept, nhs_concept
from adapters.mental_health.mhsds_line import Line
from schemas.codes import Heading


def act_period(line: Line) -> Iterator[Told]:
    """MHS401: a period under the Act, or informally in hospital."""
    status = line.of("LegalStatusCode", LEGAL_STATUS)
    start = line.start("StartDateMHActLegalStatusClass")
    line.end("EndDateMHActLegalStatusClass", start)
    extensions = _expiry(line, "ExpiryDateMHActLegalStatusClass")
    if category := line.text("MentalCat"):
        kind = nhs_concept("mental-category", category, "")
        extensions.append(local_extension("act-category", valueCodeableConcept=kind))
    begun = line.moment("StartDateMHActLegalStatusClass", "StartTimeMHActLegalStatusClass")
    over = line.moment("EndDateMHActLegalStatusClass", "EndTimeMHActLegalStatusClass")
    flag = _flag(legal_concept(status), begun, over, extensions)
    yield line.say(line.needed("UniqMHActEpisodeID"), "act-period", flag, Heading.LEGAL)


def conditional_discharge(line: Line) -> Iterator[Told]:
    """MHS403: discharged on conditions, liable to be recalled."""
    yield _part(
        line, "conditional-discharge", "Conditional discharge", "StartDateMHCondDisch", "EndDateMHCondDisch"
    )


def community_order(line: Line) -> Iterator[Told]:
    """MHS404: a community treatment order."""
    yield _part(
        line,
        "community-order",
        "Community treatment order (section 17A)",
        "StartDateCommTreatOrd",
        "EndDateCommTreatOrd",
        "ExpiryDateCommTreatOrd",
    )


def recall(line: Line) -> Iterator[Told]:
    """MHS405: recalled to hospital from a community order."""
    yield _part(
        line,
        "recall",
        "Recalled to hospital (section 17E)",
        "StartDateCommTreatOrdRecall",
        "EndDateCommTreatOrdRecall",
    )


def leave(line: Line) -> Iterator[Told]:
    """MHS510: leave of absence under section 17, from the ward stay that it interrupts."""
    start = line.start("StartDateMHLeaveAbs")
    ended = line.end("EndDateMHLeaveAbs", start)
    code = concept("On leave (section 17)", coding(local_codes("mhsds-act"), "leave"))
    named = f"{line.needed('UniqWardStayID')}|{when(start)}"
    yield line.say(named, "leave", _flag(code, start, ended, []), Heading.LEGAL)


def _part(line: Line, kind: str, words: str, starts: str, ends: str, expires: str = "") -> Told:
    """What happens under a period of the Act: named by that period and its own start, for it has no other name."""
    start = line.start(starts)
    ended = line.end(ends, start)
    code = concept(words, coding(local_codes("mhsds-act"), "cto" if kind == "community-order" else kind))
    named = f"{line.needed('UniqMHActEpisodeID')}|{when(start)}"
    extensions = _expiry(line, expires) if expires else []
    return line.say(named, kind, _flag(code, start, ended, extensions), Heading.LEGAL)


def _expiry(line: Line, column: str) -> list[Element]:
    expires = line.day(column)
    return [local_extension("act-expires", valueDateTime=when(expires))] if expires else []


def _flag(
    code: Element, start: datetime | date | None, end: datetime | date | None, extensions: list[Element]
) -> Element:
    return {
        "resourceType": "Flag",
        "status": "inactive" if end else "active",
        "category": [concept("Mental Health Act")],
        "code": code,
        "period": period(start, end),
        "extension": extensions,
    }
