"""The guards that the tables may name: what two statements about one thing must agree on to be folded.

Each guard reads one resource into comparable text; "" is silence. Those of medicines are in ``doses``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aggregator.merge import concept, doses
from aggregator.merge.rules import RULES
from schemas.contribution import Resource

_UNCERTAIN = frozenset({"unconfirmed", "provisional", "differential"})


def none_known(resource: Resource) -> str | None:
    """Which kind of allergy the statement says that none is known of ("" = any); None: it says no such thing."""
    if concept.status_code(resource, "verificationStatus") == "refuted":
        return None
    named = resource.get("code", {})
    for coding in named.get("coding", ()):
        if coding.get("code") in RULES.none_known:
            return RULES.none_known[coding["code"]]
    return RULES.none_known_texts.get(concept.text(named))


def allergy_state(resource: Resource) -> str:
    if concept.status_code(resource, "verificationStatus") == "refuted":
        return "refuted"
    return "past" if concept.status_code(resource, "clinicalStatus") in ("inactive", "resolved") else "active"


def criticality(resource: Resource) -> str:
    """What harm it may do, as told; "unable-to-assess" says nothing that another could contradict."""
    said = resource.get("criticality", "")
    return "" if said == "unable-to-assess" else str(said)


def severity(resource: Resource) -> str:
    """The worst that the statement says of it: in its reactions, or in a grade of its own."""
    said = [r["severity"] for r in resource.get("reaction", ()) if r.get("severity")]
    for extension in resource.get("extension", ()):
        if str(extension.get("url", "")).endswith(RULES.severity_extension):
            raw = concept.status_code(extension, "valueCodeableConcept")
            said.append(RULES.severity_grades.get(raw, raw))
    order = RULES.severity_order
    known = [s for s in order if s in said]
    return known[-1] if known else min(said, default="")


def problem_state(resource: Resource) -> str:
    """Ruled out, not certain, or simply there: a working diagnosis is not folded into a confirmed one."""
    said = concept.status_code(resource, "verificationStatus")
    return "uncertain" if said in _UNCERTAIN else "refuted" if said == "refuted" else ""


def body_site(resource: Resource) -> str:
    return " ".join(sorted({concept.key(site) for site in resource.get("bodySite", ())}))


def onset(resource: Resource) -> str:
    """The day it began, as exactly as it is told: a year, a month or a date."""
    said = resource.get("onsetDateTime") or resource.get("onsetPeriod", {}).get("start") or ""
    return str(said)[:10]


def modifiers(resource: Resource) -> str:
    """Extensions that may turn the meaning round: equal only when word for word equal."""
    return concept.plain(resource["modifierExtension"]) if "modifierExtension" in resource else ""


def kind_of(resource: Resource) -> str:
    return str(resource["resourceType"])


GUARDS: Mapping[str, Callable[[Resource], str]] = {
    "type": kind_of,
    "allergy_state": allergy_state,
    "criticality": criticality,
    "severity": severity,
    "problem_state": problem_state,
    "body_site": body_site,
    "onset": onset,
    "medicine_state": doses.medicine_state,
    "dose": doses.dose,
    "route": doses.route,
    "form": doses.form,
    "timing": doses.timing,
    "ended_course": doses.ended_course,
    "modifiers": modifiers,
}
"""The words that the tables may use for guards, and how each reads a resource."""
