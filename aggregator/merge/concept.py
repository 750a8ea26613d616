"""What a statement is about, in forms that can be compared: codes, words, and the guards of the rules.

Lives here: reading one resource. Comparing two is ``same``, listing what disagrees is ``conflicts``. Codes
are compared only as they are told: no code map is applied that is not a declared table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from aggregator.merge.replay import Fact
from aggregator.merge.rules import RULES, Family
from schemas.contribution import Resource

_SPACES = re.compile(r"\s+")
_ENDED = frozenset({"completed", "stopped", "cancelled", "not-taken"})
_PLANNED = frozenset({"intended", "draft"})
_UNCERTAIN = frozenset({"unconfirmed", "provisional", "differential"})


@lru_cache(maxsize=65_536)
def words(text: str) -> str:
    """Text for comparing: compatibility form, case folded, single spaces, no full stop at the end."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip(" .")


def concept_of(fact: Fact, family: Family) -> Mapping[str, Any]:
    """The CodeableConcept that names the substance, problem or drug; empty when nothing does."""
    resource = fact.resource
    if family.name == "medicine":
        return _medicine(resource)
    code = resource.get("code")
    if code:
        return code  # type: ignore[no-any-return]
    substances = [r["substance"] for r in resource.get("reaction", ()) if r.get("substance")]
    return substances[0] if len(substances) == 1 else {}


def _medicine(resource: Resource) -> Mapping[str, Any]:
    concept = resource.get("medicationCodeableConcept")
    if concept:
        return concept  # type: ignore[no-any-return]
    return _contained(resource).get("code") or {
        "text": resource.get("medicationReference", {}).get("display", "")
    }


def _contained(resource: Resource) -> Resource:
    named = resource.get("medicationReference", {}).get("reference", "")
    for inside in resource.get("contained", ()):
        if named == f"#{inside.get('id')}":
            return inside  # type: ignore[no-any-return]
    return {}


def codes(concept: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(namespace, code) of each coding that says which thing it is; one namespace for dm+d and SNOMED CT."""
    found = []
    for coding in concept.get("coding", ()):
        system, code = coding.get("system"), coding.get("code")
        if system and code and code not in RULES.too_wide:
            found.append((RULES.namespaces.get(system, system), code))
    return found


def text(concept: Mapping[str, Any]) -> str:
    """The words for it as its source wrote them, made comparable; "" when there are none."""
    said = concept.get("text")
    if not said:
        said = next((c["display"] for c in concept.get("coding", ()) if c.get("display")), "")
    return words(said) if said else ""


def category(resource: Resource) -> tuple[str, ...]:
    """AllergyIntolerance.category: plain codes, sorted."""
    return tuple(sorted(str(c) for c in resource.get("category", ())))


def status_code(resource: Resource, element: str) -> str:
    """The code of a status that R4 gives as a CodeableConcept; "" when it is not told."""
    for coding in resource.get(element, {}).get("coding", ()):
        if coding.get("code"):
            return str(coding["code"])
    return ""


def none_known(resource: Resource) -> str | None:
    """Which kind of allergy the statement says that none is known of ("" = any); None: it says no such thing."""
    if status_code(resource, "verificationStatus") == "refuted":
        return None
    concept = resource.get("code", {})
    for coding in concept.get("coding", ()):
        if coding.get("code") in RULES.none_known:
            return RULES.none_known[coding["code"]]
    return RULES.none_known_texts.get(text(concept))


def allergy_state(resource: Resource) -> str:
    if status_code(resource, "verificationStatus") == "refuted":
        return "refuted"
    return "past" if status_code(resource, "clinicalStatus") in ("inactive", "resolved") else "active"


def criticality(resource: Resource) -> str:
    """What harm it may do, as told; "unable-to-assess" says nothing that another could contradict."""
    said = resource.get("criticality", "")
    return "" if said == "unable-to-assess" else str(said)


def severity(resource: Resource) -> str:
    """The worst that the statement says of it: in its reactions, or in a grade of its own."""
    said = [r["severity"] for r in resource.get("reaction", ()) if r.get("severity")]
    for extension in resource.get("extension", ()):
        if str(extension.get("url", "")).endswith(RULES.severity_extension):
            raw = status_code(extension, "valueCodeableConcept")
            said.append(RULES.severity_grades.get(raw, raw))
    order = RULES.severity_order
    known = [s for s in order if s in said]
    return known[-1] if known else min(said, default="")


def problem_state(resource: Resource) -> str:
    """Ruled out, not certain, or simply there: a working diagnosis is not folded into a confirmed one."""
    said = status_code(resource, "verificationStatus")
    return "uncertain" if said in _UNCERTAIN else "refuted" if said == "refuted" else ""


def body_site(resource: Resource) -> str:
    return " ".join(sorted({_key(site) for site in resource.get("bodySite", ())}))


def onset(resource: Resource) -> str:
    """The day it began, as exactly as it is told: a year, a month or a date."""
    said = resource.get("onsetDateTime") or resource.get("onsetPeriod", {}).get("start") or ""
    return str(said)[:10]


def medicine_state(resource: Resource) -> str:
    """Current, on hold, ended, only planned, or an order *not* to give it."""
    if resource.get("doNotPerform") is True:
        return "not-to-be-given"
    status = resource.get("status", "")
    if status in _ENDED:
        return "ended"
    if status in _PLANNED or resource.get("intent") in ("proposal", "plan"):
        return "planned"
    return "on-hold" if status == "on-hold" else "current"


def modifiers(resource: Resource) -> str:
    """Extensions that may turn the meaning round: equal only when word for word equal."""
    return _plain(resource["modifierExtension"]) if "modifierExtension" in resource else ""


def ended_course(resource: Resource) -> str:
    """For a course that is over, the day it began: two courses of one drug are two facts."""
    if medicine_state(resource) != "ended":
        return ""
    period = resource.get("effectivePeriod", {})
    return str(period.get("start") or resource.get("effectiveDateTime") or resource.get("authoredOn") or "")[
        :10
    ]


def dose(resource: Resource) -> str:
    """How much at a time, as told. Words count only where nothing structured says it."""
    said = []
    for dosage in _dosages(resource):
        amounts = dosage.get("doseAndRate") or ()
        said.append(
            "+".join(_amount(a) for a in amounts) if amounts else f"text:{words(dosage.get('text', ''))}"
        )
    return "|".join(sorted(said))


def route(resource: Resource) -> str:
    return "|".join(sorted({_key(d["route"]) for d in _dosages(resource) if d.get("route")}))


def form(resource: Resource) -> str:
    return _key(_contained(resource).get("form", {}))


def timing(resource: Resource) -> str:
    """When it is given, as told: structured timing, the words beside a structured dose, "as needed"."""
    said = []
    for dosage in _dosages(resource):
        parts = [
            _plain(dosage[e]) for e in ("timing", "asNeededBoolean", "asNeededCodeableConcept") if e in dosage
        ]
        if dosage.get("doseAndRate") and "timing" not in dosage:
            parts.append(words(dosage.get("text", "")))
        said.append(" ".join(parts))
    return "|".join(sorted(said))


def reading(resource: Resource, elements: Iterable[str]) -> str:
    """What some elements say, comparable. Concepts are compared by what they mean: codes, else words."""
    return " ".join(f"{name}:{_meaning(resource[name], _said)}" for name in elements if name in resource)


def topic(resource: Resource, elements: Iterable[str]) -> str:
    """What some elements are about. One code often covers several matters that only the words tell apart."""
    return " ".join(f"{name}:{_meaning(resource[name], _named)}" for name in elements if name in resource)


def _said(told: Mapping[str, Any]) -> str:
    return " ".join(sorted(f"{s}|{c}" for s, c in codes(told))) or text(told)


def _named(told: Mapping[str, Any]) -> str:
    return f"{' '.join(sorted(c for _, c in codes(told)))} {text(told)}"


def _meaning(value: Any, concept: Callable[[Mapping[str, Any]], str]) -> str:
    if isinstance(value, list):
        return ",".join(_meaning(v, concept) for v in value)
    if not isinstance(value, dict):
        return words(str(value))
    if "coding" in value or "text" in value:
        return concept(value)
    if "value" in value and "system" not in value:
        return _quantity(value)
    return " ".join(f"{k}={_meaning(value[k], concept)}" for k in sorted(value))


def kind_of(resource: Resource) -> str:
    return str(resource["resourceType"])


def _dosages(resource: Resource) -> Iterable[Mapping[str, Any]]:
    return resource.get("dosage") or resource.get("dosageInstruction") or ()


def _amount(amount: Mapping[str, Any]) -> str:
    return " ".join(_quantity(amount[e]) for e in sorted(amount) if e.startswith(("dose", "rate")))


def _quantity(said: Mapping[str, Any]) -> str:
    """A Quantity, Range or Ratio. 5.0 mg is 5 mg: precision matters when shown, not when compared."""
    if "value" not in said:
        return "/".join(_quantity(said[e]) for e in sorted(said) if isinstance(said[e], dict))
    unit = words(said.get("unit") or said.get("code") or "")
    return f"{said.get('comparator', '')}{_number(said['value'])} {unit}"


def _number(value: Any) -> str:
    try:
        return f"{Decimal(str(value)).normalize():f}"
    except InvalidOperation:
        return words(str(value))


def _key(concept: Mapping[str, Any]) -> str:
    """One comparable word for a small concept (route, form, site): its words, else its first code."""
    return text(concept) or next((c for _, c in codes(concept)), "")


def _plain(value: Any) -> str:
    """Any element as comparable words, elements in name order."""
    if isinstance(value, dict):
        return " ".join(f"{k}={_plain(value[k])}" for k in sorted(value))
    if isinstance(value, list):
        return ",".join(_plain(v) for v in value)
    return words(str(value))


GUARDS: Mapping[str, Callable[[Resource], str]] = {
    "type": kind_of,
    "allergy_state": allergy_state,
    "criticality": criticality,
    "severity": severity,
    "problem_state": problem_state,
    "body_site": body_site,
    "onset": onset,
    "medicine_state": medicine_state,
    "dose": dose,
    "route": route,
    "form": form,
    "timing": timing,
    "ended_course": ended_course,
    "modifiers": modifiers,
}
"""The words that the tables may use for guards, and how each reads a resource."""
