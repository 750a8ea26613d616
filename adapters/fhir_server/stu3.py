"""FHIR STU3 as English GP systems send it (CareConnect-GPC), read down to R4 resource by resource.

Only what changed between the two versions is done here, element by element as HL7's own maps have it
(https://hl7.org/fhir/R4/<type>-version-maps.html); whether the result is R4 is the ordinary check's. Total:
what is not of the shape that STU3 gives it is left as it is, for that check to refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from adapters.elements import Element, coding, concept, uk_extension
from schemas.contribution import Resource

_TERMINOLOGY: Final = "http://terminology.hl7.org/CodeSystem/"
_ENDED: Final = "AllergyIntoleranceEnd-1"

_TYPES: Final = {"ReferralRequest": "ServiceRequest", "ProcedureRequest": "ServiceRequest"}
"""STU3 types that have another name in R4."""

_REQUEST_STATUS: Final = {"cancelled": "revoked", "suspended": "on-hold"}
_VERIFIED: Final = {"provisional": "provisional", "differential": "differential", "unknown": ""}


def to_r4(resource: Resource) -> Resource:
    """One STU3 resource as R4. A type without changes of its own keeps its elements."""
    kind = str(resource.get("resourceType"))
    made = _references({k: v for k, v in resource.items() if k != "text"})
    change = _CHANGES.get(kind)
    if change is not None:
        made = change(made)
    made["resourceType"] = _TYPES.get(kind, kind)
    return {k: v for k, v in made.items() if v not in (None, [], {})}


def extension(resource: Mapping[str, Any], name: str) -> Element:
    """The CareConnect extension whose URL ends so; empty when there is none."""
    told = resource.get("extension")
    for one in told if isinstance(told, list) else ():
        if isinstance(one, dict) and str(one.get("url", "")).endswith(name):
            return one
    return {}


def _part(of: Element, name: str, value: str) -> Any:
    parts = of.get("extension")
    for one in parts if isinstance(parts, list) else ():
        if isinstance(one, dict) and one.get("url") == name:
            return one.get(value)
    return None


def _moved(resource: Resource, **names: str) -> Resource:
    """Elements under their R4 names: ``new = old``."""
    made = dict(resource)
    for new, old in names.items():
        if old in made:
            value = made.pop(old)
            made.setdefault(new, value)
    return made


def _without(resource: Resource, *names: str) -> Resource:
    return {k: v for k, v in resource.items() if k not in names}


def _status(value: Any, name: str) -> Any:
    """A code of STU3 as the concept that R4 has."""
    return concept("", coding(f"{_TERMINOLOGY}{name}", value)) if isinstance(value, str) and value else value


def _references(value: Any) -> Any:
    """Literal references to types that are called otherwise in R4."""
    if isinstance(value, list):
        return [_references(v) for v in value]
    if not isinstance(value, dict):
        return value
    made = {k: _references(v) for k, v in value.items()}
    literal = made.get("reference")
    if isinstance(literal, str):
        for old, new in _TYPES.items():
            made["reference"] = literal = literal.replace(f"{old}/", f"{new}/")
    return made


def _allergy(r: Resource) -> Resource:
    made = _moved(r, recordedDate="assertedDate")
    made["clinicalStatus"] = _status(r.get("clinicalStatus"), "allergyintolerance-clinical")
    made["verificationStatus"] = _status(r.get("verificationStatus"), "allergyintolerance-verification")
    ended = extension(r, _ENDED)
    if ended:
        # R4 has no place for when and why it ended; a reader must not take it for a present one.
        made["clinicalStatus"] = _status("resolved", "allergyintolerance-clinical")
        on, why = _part(ended, "endDate", "valueDateTime"), _part(ended, "reasonEnded", "valueString")
        said = " ".join(str(x) for x in ("Ended", str(on)[:10] if on else "", f"({why})" if why else "") if x)
        made["note"] = [*_list(made.get("note")), {"text": said}]
    if _is_code(made.get("verificationStatus"), "entered-in-error"):
        made.pop("clinicalStatus", None)  # ait-2
    return made


def _condition(r: Resource) -> Resource:
    made = _moved(r, recordedDate="assertedDate", encounter="context", recorder="asserter")
    made["clinicalStatus"] = _status(r.get("clinicalStatus"), "condition-clinical")
    said = r.get("verificationStatus")
    verified = _VERIFIED.get(said, said) if isinstance(said, str) else said
    made["verificationStatus"] = _status(verified, "condition-ver-status")
    if _is_code(made.get("verificationStatus"), "entered-in-error"):
        made.pop("clinicalStatus", None)
    return made


def _medication_statement(r: Resource) -> Resource:
    made = _without(r, "taken", "reasonNotTaken")
    if r.get("taken") == "n":
        made["status"] = "not-taken"
        made["statusReason"] = r.get("reasonNotTaken")
    made["dosage"] = [_dosage(d) for d in _list(r.get("dosage"))]
    return made


def _medication_request(r: Resource) -> Resource:
    made = _moved(r, encounter="context")
    requester = r.get("requester")
    if isinstance(requester, dict):
        made["requester"] = requester.get("agent")
    made.setdefault("intent", "order")
    if r.get("category") and isinstance(r["category"], dict):
        made["category"] = [r["category"]]
    recorder = made.get("recorder")
    if isinstance(recorder, list):
        made["recorder"] = recorder[0] if recorder else None
    made["dosageInstruction"] = [_dosage(d) for d in _list(r.get("dosageInstruction"))]
    return _without(made, "definition")


def _dosage(told: Any) -> Any:
    if not isinstance(told, dict):
        return told
    made = dict(told)
    rate = {k: made.pop(k) for k in list(made) if k.startswith(("doseQuantity", "doseRange", "rate"))}
    if rate:
        made["doseAndRate"] = [rate]
    return made


def _immunization(r: Resource) -> Resource:
    made = _moved(r, occurrenceDateTime="date")
    made = _without(made, "notGiven", "explanation", "vaccinationProtocol", "practitioner", "reaction")
    given = r.get("notGiven") is not True
    status = r.get("status")
    made["status"] = status if status == "entered-in-error" or not given else status or "completed"
    if not given and status != "entered-in-error":
        made["status"] = "not-done"
    explained = r.get("explanation")
    if isinstance(explained, dict):
        made["reasonCode"] = explained.get("reason")
        made["statusReason"] = next(iter(_list(explained.get("reasonNotGiven"))), None)
    if "occurrenceDateTime" not in made:
        recorded = extension(r, "DateRecorded-1").get("valueDateTime")
        made["occurrenceDateTime" if recorded else "occurrenceString"] = recorded or "not known"
    made["performer"] = [
        {"actor": p["actor"]} for p in _list(r.get("practitioner")) if isinstance(p, dict) and p.get("actor")
    ]
    return made


def _encounter(r: Resource) -> Resource:
    made = _moved(r, reasonCode="reason")
    made = _without(made, "incomingReferral")
    # A consultation has its kind in `type`; R4 asks for a class, which GP systems do not send.
    made.setdefault("class", coding(f"{_TERMINOLOGY}v3-ActCode", "AMB", "ambulatory"))
    return made


def _observation(r: Resource) -> Resource:
    made = _moved(r, encounter="context")
    comment = made.pop("comment", None)
    if isinstance(comment, str) and comment:
        made["note"] = [*_list(made.get("note")), {"text": comment}]
    if isinstance(made.get("interpretation"), dict):
        made["interpretation"] = [made["interpretation"]]
    related = [x for x in _list(made.pop("related", None)) if isinstance(x, dict)]
    members = [x.get("target") for x in related if x.get("type") == "has-member" and x.get("target")]
    derived = [x.get("target") for x in related if x.get("type") == "derived-from" and x.get("target")]
    return made | {"hasMember": members, "derivedFrom": derived}


def _report(r: Resource) -> Resource:
    made = _moved(r, encounter="context", conclusionCode="codedDiagnosis", media="image")
    if isinstance(made.get("category"), dict):
        made["category"] = [made["category"]]
    actors = [p["actor"] for p in _list(r.get("performer")) if isinstance(p, dict) and p.get("actor")]
    return made | {"performer": actors}


def _request(r: Resource) -> Resource:
    """ReferralRequest and ProcedureRequest."""
    made = _moved(r, encounter="context", performerType="specialty")
    made = _without(made, "definition", "type", "serviceRequested", "description")
    asked = r.get("serviceRequested") or r.get("type")
    if "code" not in made and asked:
        made["code"] = asked[0] if isinstance(asked, list) else asked
    if isinstance(r.get("description"), str):
        made["note"] = [*_list(made.get("note")), {"text": r["description"]}]
    requester = r.get("requester")
    if isinstance(requester, dict) and "agent" in requester:
        made["requester"] = requester.get("agent")
    for name in ("performer", "recipient"):
        if name in made:
            told = made.pop(name)
            made["performer"] = told if isinstance(told, list) else [told]
    status = r.get("status")
    made["status"] = _REQUEST_STATUS.get(status, status) if isinstance(status, str) else status
    made.setdefault("intent", "order")
    return made


def _patient(r: Resource) -> Resource:
    made = _without(r, "animal")
    names = [extension(r, "CareConnect-EthnicCategory-1")]
    ethnic = names[0].get("valueCodeableConcept")
    kept = [e for e in _list(r.get("extension")) if e not in names]
    if ethnic:
        kept.append(uk_extension("EthnicCategory", valueCodeableConcept=ethnic))
    return made | {"extension": kept}


def _medication(r: Resource) -> Resource:
    return _without(r, "isBrand", "isOverTheCounter", "package", "image", "manufacturer")


def _document(r: Resource) -> Resource:
    made = _moved(r, date="indexed")
    created = made.pop("created", None)
    made.setdefault("date", created)
    if isinstance(r.get("class"), dict):
        made["category"] = [made.pop("class")]
    context = r.get("context")
    if isinstance(context, dict) and isinstance(context.get("encounter"), dict):
        made["context"] = context | {"encounter": [context["encounter"]]}
    if isinstance(made.get("date"), str) and len(made["date"]) == len("2020-01-01"):
        made["date"] += "T00:00:00Z"  # R4 asks for an instant
    return made


_CHANGES: Final[Mapping[str, Callable[[Resource], Resource]]] = {
    "AllergyIntolerance": _allergy,
    "Condition": _condition,
    "DiagnosticReport": _report,
    "DocumentReference": _document,
    "Encounter": _encounter,
    "Immunization": _immunization,
    "Medication": _medication,
    "MedicationRequest": _medication_request,
    "MedicationStatement": _medication_statement,
    "Observation": _observation,
    "Patient": _patient,
    "ProcedureRequest": _request,
    "ReferralRequest": _request,
}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_code(told: Any, code: str) -> bool:
    return isinstance(told, dict) and any(
        isinstance(c, dict) and c.get("code") == code for c in _list(told.get("coding"))
    )
