"""ZU5: the legal status that the person is in hospital under. One Flag for each visit and status.

No layout of ZU5 is published beside the name of the segment. Read here as: 1 classification (national code),
2 from, 3 until. Current Mental Health Act status is part of the safety floor.
"""

from __future__ import annotations

from adapters.acute.telling import Telling
from adapters.acute.values import cleared, moment, text
from adapters.elements import Element, concept, period
from adapters.fields import BadField
from adapters.legal_status import LEGAL_STATUS, legal_concept
from adapters.wire.hl7v2 import Segment
from schemas.codes import Heading
from schemas.contribution import Statement


def read_legal_status(zu5: Segment, telling: Telling) -> list[Statement]:
    """ZU5 -> Flag. A cleared ZU5-1 ends nothing by itself: which status would be meant is not told."""
    code = text(zu5, 1)
    if not code:
        if cleared(zu5, 1) or text(zu5, 2) or text(zu5, 3):
            raise BadField("ZU5-1", "is missing: which legal status is meant is not told")
        return []
    code = code.zfill(2)
    if code not in LEGAL_STATUS:
        raise BadField("ZU5-1", "is not on the list of values")
    start = moment(text(zu5, 2), "ZU5-2") if text(zu5, 2) else None
    end = moment(text(zu5, 3), "ZU5-3") if text(zu5, 3) else None
    if start and end and end < start:
        raise BadField("ZU5-3", "is before ZU5-2")
    visit = telling.visit.value if telling.visit else ""
    named = telling.named("legal-status", telling.key.local_id, visit, code, text(zu5, 2))
    flag: Element = {
        "resourceType": "Flag",
        "status": "inactive" if end else "active",
        "category": [concept("Mental Health Act")],
        "code": legal_concept(code),
        "period": period(start, end),
        "encounter": telling.encounter,
    }
    return [telling.say(named, flag, Heading.LEGAL)]
