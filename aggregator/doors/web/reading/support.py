"""Care and support, home, people, documents, forms: the types that are not clinical measurements, in words."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from markupsafe import Markup

from aggregator.care.passport import wording as w
from aggregator.doors.web.reading import dates
from aggregator.doors.web.reading.clinical import value_of
from aggregator.doors.web.reading.words import (
    USUAL,
    Reader,
    Tag,
    Text,
    Words,
    code,
    kept,
    labelled,
    person_or_place,
    states,
)
from schemas.contribution import Resource

Names = dict[str, str]
_ENDED: dict[str, Tag | None] = {**USUAL, "inactive": Tag("Ended"), "finished": Tag("Ended"), "active": None}


def flag(r: Resource, names: Names) -> Words:
    period = r.get("period") or {}
    status = code(r.get("status"))
    return Words(
        w.concept(r.get("code")) or "Alert",
        (),
        states((status, _ENDED)),
        dates.span(period),
        str(period.get("start") or ""),
        status == "inactive",
    )


def episode(r: Resource, names: Names) -> Words:
    period, status = r.get("period") or {}, code(r.get("status"))
    said = {
        n: w.extension(r, n) for n in ("package-schedule", "package-visits-a-day", "package-hours-a-week")
    }
    details: list[Text] = [
        person_or_place(r.get("managingOrganization"), names),
        str(said["package-schedule"] or ""),
        labelled("Visits a day", str(said["package-visits-a-day"] or "")),
        labelled("Hours a week", str(said["package-hours-a-week"] or "")),
        labelled("Suspended since", dates.day(w.extension(r, "package-suspended-since"))),
        labelled("End", str(w.extension(r, "package-end-reason") or "")),
    ]
    what = w.joined(w.concept(t) for t in r.get("type") or ()) or "Service"
    tags = states((status, _ENDED))
    return Words(
        what, kept(details), tags, dates.span(period), str(period.get("start") or ""), status == "finished"
    )


def request(r: Resource, names: Names) -> Words:
    what = w.concept(r.get("code")) or w.concept(r.get("codeCodeableConcept"))
    told = str(r.get("authoredOn") or "")
    reasons = w.joined(c for c in (w.concept(x) for x in r.get("reasonCode") or ()) if not c.isdigit())
    asked_by = person_or_place(r.get("requester"), names)
    details = [
        labelled("Reason", reasons),
        labelled("Asked for by", names.get(asked_by, asked_by)),
        *w.notes(r),
    ]
    return Words(
        what or "Request", kept(details), states((code(r.get("status")), USUAL)), dates.day(told), told
    )


def task(r: Resource, names: Names) -> Words:
    period = r.get("executionPeriod") or {}
    told = str(period.get("end") or period.get("start") or r.get("authoredOn") or "")
    outcome = w.concept(w.extension(r, "Extension-Interweave-SocialCareAssessmentOutcome"))
    details = [
        *w.notes(r),
        labelled("Outcome", outcome),
        labelled("By", person_or_place(r.get("owner"), names)),
    ]
    named, described = w.concept(r.get("code")), str(r.get("description") or "")
    what = f"{named}: {described}" if named and described else named or described or "Assessment"
    return Words(what, kept(details), states((code(r.get("status")), USUAL)), dates.day(told), told)


def team(r: Resource, names: Names) -> Words:
    people = []
    for one in r.get("participant") or ():
        roles = w.joined(w.concept(x) for x in one.get("role") or ())
        name = person_or_place(one.get("member"), names)
        people.append(f"{name}, {roles[:1].lower()}{roles[1:]}" if name and roles else name or roles)
    organisations = w.joined(person_or_place(o, names) for o in r.get("managingOrganization") or ())
    details = [
        str(r.get("name") or "") if people else "",
        organisations,
        labelled("Phone", w.phones(r.get("telecom"))),
    ]
    told = str((r.get("period") or {}).get("start") or "")
    return Words(w.joined(people, "; ") or str(r.get("name") or "Team"), kept(details), (), "", told)


def relative(r: Resource, names: Names) -> Words:
    who = w.joined(dict.fromkeys(w.name(n) for n in r.get("name") or ()), " or ") or "Name not known"
    relation = w.joined(dict.fromkeys(w.concept(c) for c in r.get("relationship") or ()))
    details = [
        labelled("Phone", w.phones(r.get("telecom"))),
        *(w.address(a) for a in r.get("address") or ()),
    ]
    tags = (Tag("No longer"),) if r.get("active") is False else ()
    what = f"{who}, {relation}" if relation else who
    return Words(what, kept(details), tags, "", str((r.get("period") or {}).get("start") or ""))


def form(r: Resource, names: Names) -> Words:
    """Questions with their answers, one under another."""
    details: list[Text] = [
        Markup("<span class='app-question'>{}</span> {}").format(question, answer) if question else answer
        for question, answer in questions(r)
    ]
    title = str(r.get("questionnaire") or "").rsplit("/", 1)[-1].replace("-", " ").capitalize()
    told = str(r.get("authored") or "")
    return Words(title or "Form", tuple(details) or ("Form without answers",), (), dates.day(told), told)


def questions(r: Resource) -> list[tuple[str, str]]:
    """(question, answer) of a QuestionnaireResponse, answered ones only."""
    told = [
        (
            str(i.get("text") or i.get("linkId") or ""),
            w.joined((value_of(a) for a in i.get("answer") or ()), "; "),
        )
        for i in r.get("item") or ()
    ]
    return [(question, answer) for question, answer in told if answer]


def document(r: Resource, names: Names) -> Words:
    what = w.concept(r.get("type")) or str(r.get("description") or "Document")
    by = w.joined(person_or_place(a, names) for a in r.get("author") or ())
    told, description = str(r.get("date") or ""), str(r.get("description") or "")
    details = [description if description != what else "", labelled("By", by), *plain_texts(r)]
    tags = states((code(r.get("status")), {**USUAL, "superseded": Tag("Superseded")}))
    return Words(what, kept(details), tags, dates.moment(told), told)


def plain_texts(r: Resource) -> list[str]:
    """The attachments that are plain words."""
    found = []
    for content in r.get("content") or ():
        attached = content.get("attachment") or {}
        if str(attached.get("contentType", "")).startswith("text/plain") and attached.get("data"):
            try:
                found.append(base64.b64decode(attached["data"], validate=True).decode())
            except (binascii.Error, UnicodeDecodeError, TypeError):
                found.append("The text of this document cannot be read here.")
    return found


def plan(r: Resource, names: Names) -> Words:
    what = str(r.get("title") or "") or w.concept(r.get("description")) or str(r.get("description") or "Plan")
    doing = []
    for activity in r.get("activity") or ():
        detail: Any = activity.get("detail") or {}
        doing.append(w.joined([w.concept(detail.get("code")), str(detail.get("description") or "")], ": "))
    told = str(r.get("created") or (r.get("period") or {}).get("start") or "")
    tags = states((code(r.get("status") or r.get("lifecycleStatus")), USUAL))
    return Words(what, kept([*doing, *w.notes(r)]), tags, dates.day(told), told)


READERS: dict[str, Reader] = {
    "Flag": flag,
    "EpisodeOfCare": episode,
    "ServiceRequest": request,
    "DeviceRequest": request,
    "Task": task,
    "CareTeam": team,
    "RelatedPerson": relative,
    "QuestionnaireResponse": form,
    "DocumentReference": document,
    "CarePlan": plan,
    "Goal": plan,
}
