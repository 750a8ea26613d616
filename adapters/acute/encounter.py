"""PV1, PV2 and ZU1: the visit. One Encounter for each visit number, changed by each event about it.

What an event does not say is left alone. An update (A08) says nothing of the status, but it shows that the visit
began: that is told with the time of its beginning, so that an update after a discharge does not undo it. A
cancelled discharge, transfer or leave takes back what that event told; a cancelled admission takes the visit
back. Not here: how the fields of PV1 read (``stay``).
"""

from __future__ import annotations

from datetime import datetime

from adapters.acute import stay
from adapters.acute.community import caseload
from adapters.acute.telling import CASELOAD, CONTACT, Telling
from adapters.acute.values import cleared, coded, moment, stamp, text
from adapters.elements import Element, identifier, local_system, organisation, present
from adapters.fields import BadField
from adapters.wire.hl7v2 import Segment
from schemas.codes import Heading, RelationshipKind
from schemas.contribution import RelationshipClaim, Statement
from schemas.identifiers import Identifier


def visit_of(pv1: Segment, organisation: str) -> Identifier:
    """The visit's identifier: (organisation, PV1-19). Raises ``BadField`` when there is none."""
    number = text(pv1, 19)
    if not number:
        raise BadField("PV1-19", "is missing: a visit without a number cannot be told from another")
    return Identifier(local_system(organisation, "visit"), number)


def read_encounter(pv1: Segment, telling: Telling) -> tuple[list[Statement], list[RelationshipClaim]]:
    """The Encounter, or the EpisodeOfCare of a team's list, and the relationship that it makes once the person has
    come. Raises ``BadField``.
    """
    visit, event = telling.visit, telling.event.visit
    assert visit is not None, "visit_of comes first"
    assert event is not None, "the event is about a visit"
    start, end = _period(pv1, telling)
    if event.undo == "transfer" and not text(pv1, 3):
        raise BadField("PV1-3", "is missing: where the person is after all is not told")
    status = event.status or _shown(pv1, end)
    if telling.setting == CASELOAD:
        heading = Heading.SERVICES
        resource = caseload(pv1, telling, status, start, end)
        begun = {"resourceType": "EpisodeOfCare", "status": "active", "type": resource["type"]}
    else:
        heading = Heading.ENCOUNTERS
        resource = _encounter(pv1, telling, status, start, end)
        begun = {"resourceType": "Encounter", "status": "in-progress", "class": resource["class"]}
    told = [
        telling.say(
            visit,
            resource,
            heading,
            category=telling.category,
            retracts=event.retracts,
            partial=not event.retracts,
            clears=[*_marks(telling, status), *stay.clears(pv1, telling.message.segment("ZU1"))],
            # What takes a visit back is not delicate, whatever its service: else the dead visit would be seen.
            delicate=not event.retracts,
        )
    ]
    if not event.status and start and text(pv1, 2).upper() != "P":
        at = min(moment(text(pv1, 44), "PV1-44"), telling.at)
        begun = {**begun, "period": {"start": start}}
        told.insert(0, telling.say(visit, begun, heading, category=telling.category, at=at, partial=True))
    return told, _attendance(pv1, telling)


def _encounter(pv1: Segment, telling: Telling, status: str, start: str, end: str) -> Element:
    pv2, zu1 = telling.message.segment("PV2"), telling.message.segment("ZU1")
    back = telling.event.visit is not None and telling.event.visit.undo == "discharge"
    listed = text(pv1, 50) if telling.setting == CONTACT else ""
    episode = {"type": "EpisodeOfCare", "identifier": identifier(telling.named("visit", listed))}
    return {
        "resourceType": "Encounter",
        "status": status,
        "class": stay.visit_class(pv1),
        "serviceType": coded(service[0], "hospital-service") if (service := pv1.repetitions(10)) else {},
        "episodeOfCare": [episode] if listed else [],
        "participant": stay.participants(pv1),
        "period": present({"start": start, "end": end}),
        "reasonCode": stay.reason(pv2),
        "hospitalization": stay.hospitalization(pv1, back),
        "location": stay.locations(pv1, telling),
        "serviceProvider": organisation(telling.key.organisation),
        "extension": [*([] if back else stay.discharge_method(pv1)), *stay.expectations(pv2, zu1)],
    }


def _period(pv1: Segment, telling: Telling) -> tuple[str, str]:
    """(PV1-44, PV1-45) as FHIR has them; a discharge without an end ended when it happened."""
    event = telling.event.visit
    assert event is not None
    start, end = (
        stamp(value, f"PV1-{position}") if (value := text(pv1, position)) else "" for position in (44, 45)
    )
    if event.undo == "discharge":
        return start, ""
    if event.status == "finished" and not end:
        end = telling.happened.isoformat(timespec="seconds")
    return start, end


def _shown(pv1: Segment, end: str) -> str:
    """What an update shows by itself; "" leaves the status as it was."""
    if end:
        return "finished"
    if text(pv1, 2).upper() == "P":
        return "planned"
    return "in-progress" if cleared(pv1, 45) else ""


def _marks(telling: Telling, status: str) -> list[str]:
    """What the version is known by to an event that takes it back, or what it takes back."""
    event = telling.event.visit
    assert event is not None
    if event.undo:
        # A discharge may have been told by several events, and all of them are off.
        return [f"{'undo-all' if event.undo == 'discharge' else 'undo'}:{event.undo}"]
    mark = "discharge" if status == "finished" else event.mark
    return [f"mark:{mark}"] if mark else []


def _attendance(pv1: Segment, telling: Telling) -> list[RelationshipClaim]:
    assert telling.visit is not None
    event = telling.event.visit
    assert event is not None
    start = text(pv1, 44)
    begun = moment(start, "PV1-44") if start else telling.happened
    ended = _end(pv1, begun)
    update = not (event.status or event.undo)
    if not (event.attends or (update and start and pv1.get(45) is not None)):
        return []
    if event.undo:
        ended = None
    elif event.retracts:
        ended = telling.at
    elif event.status == "finished" and ended is None:
        ended = max(telling.happened, begun)
    own = telling.key.organisation
    kind = RelationshipKind.CASELOAD if telling.setting == CASELOAD else RelationshipKind.ATTENDANCE
    return [RelationshipClaim(telling.key, own, kind, begun, ended, telling.visit, telling.at)]


def _end(pv1: Segment, begun: datetime) -> datetime | None:
    """PV1-45, None when it is not told. Raises ``BadField`` when the end comes before the beginning."""
    value = text(pv1, 45)
    ended = moment(value, "PV1-45") if value else None
    if ended is not None and ended < begun:
        raise BadField("PV1-45", "is before PV1-44")
    return ended
