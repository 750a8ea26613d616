"""NK1: family, carers and next of kin."""

from __future__ import annotations

from adapters.acute.codes import RELATIONSHIPS
from adapters.acute.composites import address, name, telecom
from adapters.acute.telling import Telling
from adapters.acute.values import text
from adapters.elements import coding, concept, local_codes
from adapters.fields import BadField
from adapters.wire.hl7v2 import Segment
from schemas.codes import Heading
from schemas.contribution import Statement


def read_relation(nk1: Segment, telling: Telling) -> list[Statement]:
    """NK1 -> RelatedPerson. Nobody named: nothing said. Next of kin has no authority by being one."""
    names = [found for value in nk1.repetitions(2) if (found := name(value))]
    code, words = text(nk1, 3).lstrip("0"), text(nk1, 3, 2)
    if not names:
        if code or text(nk1, 4) or text(nk1, 5):
            raise BadField("NK1-2", "is missing although a relation is told")
        return []
    told = RELATIONSHIPS.get(code)
    raw = coding(local_codes("hl7v2-relationship"), code, words or (told[0] if told else ""))
    relationship = concept(
        words or (told[0] if told else ""),
        *([coding(told[1], told[2], told[0])] if told and told[2] else []),
        *([raw] if code else []),
    )
    numbers = [found for field in (5, 6) for value in nk1.repetitions(field) if (found := telecom(value))]
    who = "+".join([names[0].get("family", ""), *names[0].get("given", ())]).casefold()
    named = telling.named("relation", telling.key.local_id, who, code or words.casefold())
    resource = {
        "resourceType": "RelatedPerson",
        "relationship": [relationship] if relationship else [],
        "name": names,
        "telecom": numbers,
        "address": [found for value in nk1.repetitions(4) if (found := address(value))],
    }
    return [telling.say(named, resource, Heading.CONTACTS)]
