"""Homelessness: the duty that is owed and the temporary accommodation under it. Both tell a place, and why.

Where somebody was put up is kept by nobody but the landlord: here stands only of what kind it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from adapters.dossier import Item, Teller, Told
from adapters.elements import SNOMED, coding, concept, local_extension, organisation, period, when
from adapters.fields import Fields, midnight
from adapters.housing.codes import DUTIES, TEMPORARY, housing_concept, listed
from adapters.places import standing
from adapters.sensitivity import told_by
from schemas.codes import Heading, RelationshipKind
from schemas.contribution import RelationshipClaim

_TELLS_A_PLACE = frozenset({"HOMELESS", "LOCIS"})
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"


def homelessness(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """A homelessness duty: EpisodeOfCare and Condition, the caseload, and each temporary accommodation."""
    duty, reason, ended = listed(it, "duty", DUTIES), it.text("reason"), it.day("endedOn")
    told = {
        "referred-by": it.text("referredBy"),
        "homelessness-outcome": it.text("outcome"),
        "accommodation-at-application": it.text("accommodationAtApplication"),
        "priority-need": it.text("priorityNeed"),
    }
    it.drop("temporaryAddress")
    stays = list(it.children("temporaryAccommodation"))
    labels = _TELLS_A_PLACE | standing(told["accommodation-at-application"], reason).labels
    labels |= told_by(*told.values(), reason)
    yield teller.say(
        item,
        "homelessness",
        {
            "resourceType": "EpisodeOfCare",
            "status": "finished" if ended else "active",
            "type": [housing_concept("homelessness-duty", duty, DUTIES[duty])],
            "managingOrganization": organisation(teller.key.organisation),
            "period": period(item.on, ended),
            "extension": [local_extension(name, valueString=text) for name, text in told.items() if text],
        },
        Heading.HOME,
        labels=labels,
    )
    until = midnight(ended) if ended else None
    own = teller.key.organisation
    yield RelationshipClaim(
        teller.key, own, RelationshipKind.CASELOAD, item.on, until, teller.named("homelessness", item.id)
    )
    yield teller.say(
        item,
        "homelessness-reason",
        {
            "resourceType": "Condition",
            "clinicalStatus": concept("", coding(_CLINICAL, "resolved" if ended else "active")),
            "code": concept(f"Homeless: {reason}" if reason else "Homeless", coding(SNOMED, "32911000")),
            "onsetDateTime": when(item.on),
            "abatementDateTime": when(ended) if ended else None,
        },
        Heading.HOME,
        labels=labels,
    )
    for number, stay in enumerate(stays, 1):
        yield _temporary(teller, replace(item, id=f"{item.id}-{number}"), stay)


def _temporary(teller: Teller, item: Item, stay: Fields) -> Told:
    kind, start, end = listed(stay, "type", TEMPORARY), stay.needed_day("startDate"), stay.day("endDate")
    stay.drop("address")
    stay.done()
    return teller.say(
        item,
        "temporary-accommodation",
        {
            "resourceType": "EpisodeOfCare",
            "status": "finished" if end else "active",
            "type": [
                concept("Temporary accommodation"), housing_concept("temporary", kind, TEMPORARY[kind]),
            ],
            "managingOrganization": organisation(teller.key.organisation),
            "period": period(start, end),
        },
        Heading.HOME,
        labels=_TELLS_A_PLACE | standing(kind).labels,
    )  # fmt: skip
