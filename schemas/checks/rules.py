"""Rules of R4 that compare one element with another.

What lives here: the invariants of the types that a care record holds, one function each, named by the key
that the R4 definition gives them (``con-5``: https://hl7.org/fhir/R4/condition.html#invs). What does not:
rules about one element alone (the mended schema has them) and about Bundles (``bundle``).

A rule gets the resource (schema-checked, so the shapes hold) and yields (path below the type, reason).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from schemas.checks.dates import before

Resource = dict[str, Any]
Finding = tuple[str, str]
Rule = Callable[[Resource], Iterator[Finding]]


def _codes(concept: Any) -> set[Any]:
    if not isinstance(concept, dict):
        return set()
    return {coding.get("code") for coding in concept.get("coding", ()) if isinstance(coding, dict)}


def _starts(resource: Resource, choice: str) -> list[str]:
    return [key for key in resource if key.startswith(choice) or key.startswith(f"_{choice}")]


def _parts(resource: Resource, *names: str) -> Iterator[tuple[str, Resource]]:
    """Each part at a path of repeating elements, with its own path."""
    for index, part in enumerate(resource.get(names[0]) or ()):
        if isinstance(part, dict):
            here = f"{names[0]}[{index}]"
            if len(names) == 1:
                yield here, part
            else:
                yield from ((f"{here}.{below}", inner) for below, inner in _parts(part, *names[1:]))


def allergy_status(r: Resource) -> Iterator[Finding]:
    """ait-1, ait-2."""
    wrong = "entered-in-error" in _codes(r.get("verificationStatus"))
    if wrong and "clinicalStatus" in r:
        yield "clinicalStatus", "must not be there when the entry was made in error (ait-2)"
    if not wrong and "clinicalStatus" not in r:
        yield "clinicalStatus", "is needed unless the entry was made in error (ait-1)"


def condition_status(r: Resource) -> Iterator[Finding]:
    """con-4, con-5."""
    if "entered-in-error" in _codes(r.get("verificationStatus")) and "clinicalStatus" in r:
        yield "clinicalStatus", "must not be there when the entry was made in error (con-5)"
    ended = {"inactive", "resolved", "remission"}
    over = ended & _codes(r.get("clinicalStatus")) or "entered-in-error" in _codes(
        r.get("verificationStatus")
    )
    if _starts(r, "abatement") and not over:
        yield "abatement", "only when the problem is inactive, in remission or resolved (con-4)"


def observation_value(r: Resource) -> Iterator[Finding]:
    """obs-6, obs-7."""
    if "dataAbsentReason" in r and _starts(r, "value"):
        yield "dataAbsentReason", "only when there is no value (obs-6)"
    own = {(c.get("system"), c.get("code")) for c in r.get("code", {}).get("coding", ()) if "code" in c}
    if _starts(r, "value"):
        for path, part in _parts(r, "component"):
            if own & {(c.get("system"), c.get("code")) for c in part.get("code", {}).get("coding", ())}:
                yield path, "repeats the code of the observation, which has a value of its own (obs-7)"


def observation_range(r: Resource) -> Iterator[Finding]:
    """obs-3."""
    for path, part in [*_parts(r, "referenceRange"), *_parts(r, "component", "referenceRange")]:
        if not {"low", "high", "text"} & part.keys():
            yield path, "needs low, high or text (obs-3)"


def patient_contact(r: Resource) -> Iterator[Finding]:
    """pat-1."""
    for path, part in _parts(r, "contact"):
        if not {"name", "telecom", "address", "organization"} & part.keys():
            yield path, "needs details or an organisation (pat-1)"


def organisation(r: Resource) -> Iterator[Finding]:
    """org-1, org-2, org-3."""
    if not {"identifier", "name"} & r.keys():
        yield "", "needs a name or an identifier (org-1)"
    for element in ("address", "telecom"):
        for path, part in _parts(r, element):
            if part.get("use") == "home":
                yield f"{path}.use", "an organisation has no home (org-2, org-3)"


def composition_sections(r: Resource) -> Iterator[Finding]:
    """cmp-1, cmp-2."""
    waiting = list(_parts(r, "section"))
    while waiting:
        path, part = waiting.pop()
        if not {"text", "entry", "section"} & part.keys():
            yield path, "needs text, entries or sections (cmp-1)"
        if {"emptyReason", "entry"} <= part.keys():
            yield f"{path}.emptyReason", "only when there are no entries (cmp-2)"
        waiting += [(f"{path}.{below}", inner) for below, inner in _parts(part, "section")]


def list_entries(r: Resource) -> Iterator[Finding]:
    """lst-1, lst-2, lst-3."""
    if {"emptyReason", "entry"} <= r.keys():
        yield "emptyReason", "only when there are no entries (lst-1)"
    for path, part in _parts(r, "entry"):
        if "deleted" in part and r.get("mode") != "changes":
            yield f"{path}.deleted", "only in a list of changes (lst-2)"
        if "date" in part and r.get("mode") != "working":
            yield f"{path}.date", "only in a working list (lst-3)"


def answers(r: Resource) -> Iterator[Finding]:
    """qrs-1: an item has items of its own or answers, not both."""
    waiting = list(_parts(r, "item"))
    while waiting:
        path, part = waiting.pop()
        if {"item", "answer"} <= part.keys():
            yield path, "has both items and answers (qrs-1)"
        waiting += [(f"{path}.{below}", inner) for below, inner in _parts(part, "item")]
        waiting += [(f"{path}.{below}", inner) for below, inner in _parts(part, "answer", "item")]


def appointment(r: Resource) -> Iterator[Finding]:
    """app-1 to app-4, and that it does not end before it starts (said in words only)."""
    for path, part in _parts(r, "participant"):
        if not {"type", "actor"} & part.keys():
            yield path, "needs a type or an actor (app-1)"
    if ("start" in r) != ("end" in r):
        yield "start", "start and end go together (app-2)"
    elif "start" in r and before(r["end"], r["start"]):
        yield "end", "ends before it starts"
    status = r.get("status")
    if not {"start", "end"} <= r.keys() and status not in ("proposed", "cancelled", "waitlist"):
        yield "start", "is needed unless proposed, cancelled or waiting (app-3)"
    if "cancelationReason" in r and status not in ("cancelled", "noshow"):
        yield "cancelationReason", "only when cancelled or not attended (app-4)"


def care_plan_activities(r: Resource) -> Iterator[Finding]:
    """cpl-3."""
    for path, part in _parts(r, "activity"):
        if {"detail", "reference"} <= part.keys():
            yield path, "has both a detail and a reference (cpl-3)"


def goal_targets(r: Resource) -> Iterator[Finding]:
    """gol-1."""
    for path, part in _parts(r, "target"):
        if _starts(part, "detail") and "measure" not in part:
            yield f"{path}.measure", "is needed with a detail (gol-1)"


def service_detail(r: Resource) -> Iterator[Finding]:
    """prr-1."""
    if "orderDetail" in r and "code" not in r:
        yield "orderDetail", "only with a code (prr-1)"


def consent_rules(r: Resource) -> Iterator[Finding]:
    """ppc-1 to ppc-5."""
    if not {"policy", "policyRule"} & r.keys():
        yield "policyRule", "a policy or a policy rule is needed (ppc-1)"
    if _codes(r.get("scope")) & {"patient-privacy", "research", "adr", "treatment"} and "patient" not in r:
        yield "patient", "is needed for this scope (ppc-2 to ppc-5)"


def task_parts(r: Resource) -> Iterator[Finding]:
    """inv-1: the last change is not before the task was authored."""
    authored, changed = r.get("authoredOn"), r.get("lastModified")
    if isinstance(authored, str) and isinstance(changed, str) and before(changed, authored):
        yield "lastModified", "is before authoredOn (inv-1)"


RULES: dict[str, tuple[Rule, ...]] = {
    "AllergyIntolerance": (allergy_status,),
    "Appointment": (appointment,),
    "CarePlan": (care_plan_activities,),
    "Composition": (composition_sections,),
    "Condition": (condition_status,),
    "Consent": (consent_rules,),
    "Goal": (goal_targets,),
    "List": (list_entries,),
    "Observation": (observation_value, observation_range),
    "Organization": (organisation,),
    "Patient": (patient_contact,),
    "QuestionnaireResponse": (answers,),
    "ServiceRequest": (service_detail,),
    "Task": (task_parts,),
}
