"""Cut statements down to what a decision grants, before anything is merged.

A second line of defence against a class that slipped through, and the only place where parts of a granted
statement go: places of someone whose whereabouts must not be known (``redact``), parts about other people, security
tags beyond the reader's clearance, references to and entries of what is not granted. Pure; it logs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from consent import labels, redact
from consent.policy import Policy
from schemas.codes import Confidentiality
from schemas.contribution import Contribution, Resource
from schemas.decision import Decision, Grant
from schemas.identifiers import ODS_ORGANISATION, OUR_BASE

Pair = tuple[Contribution, Resource]

THIRD_PARTY = f"{OUR_BASE}/StructureDefinition/third-party"
"""Extension (valueBoolean true) by which an adapter marks an element as being about somebody else."""

DIRECTORY = frozenset(
    {"Patient", "Practitioner", "PractitionerRole", "Organization", "Location", "HealthcareService", "Device"}
)
"""Types that references may name without their target being a statement of this person."""


def narrow(
    pairs: Iterable[Pair],
    decision: Decision,
    policy: Policy,
    *,
    held: Iterable[str] = (),
    also_granted: Iterable[str] = (),
) -> list[Pair]:
    """What may leave of ``pairs``, in their order. The resources given are not changed.

    ``held``: further addresses, phones and place names of a location-restricted person that are known but not among
    ``pairs``. ``also_granted``: statement ids that this decision grants and the caller left out (a search by type),
    so that references to them stay.
    """
    grants = {(g.subject_id, g.class_id): g for g in decision.grants}
    kept = [
        (c, r, grants[c.subject_id, c.class_id]) for c, r in pairs if (c.subject_id, c.class_id) in grants
    ]
    readers = {id(g): _reader(g, decision, policy) for g in decision.grants}
    labelled = {id(g): visible_labels(g, decision, policy) for g in decision.grants}
    kept = [(c, r, g) for c, r, g in kept if c.retracts or cleared(r, readers[id(g)], policy)]
    targets = _targets(kept) | frozenset(also_granted) | {"#"}
    terms = redact.terms((r for _, r, g in kept if "location" in g.redactions), held)
    narrowed = []
    for contribution, resource, grant in kept:
        cut = _cut(resource, grant, readers[id(grant)], labelled[id(grant)], policy, targets)
        if cut is not None and "location" in grant.redactions:
            cut = redact.location(cut, terms)
        if cut is not None:
            narrowed.append((contribution, cut))
    return narrowed


def visible_labels(grant: Grant, decision: Decision, policy: Policy) -> frozenset[str]:
    """The labels of a granted class that its reader may be told of (SE9)."""
    role = policy.roles.get(decision.question.caller.role)
    mine = role.labels if role is not None else frozenset()
    levels = {c.value for c in Confidentiality}
    return frozenset(c for c in grant.labels if c in levels or c in mine)


def _reader(grant: Grant, decision: Decision, policy: Policy) -> frozenset[str]:
    """Every label that does not stop this reader here: the role's, and those that the decision let through."""
    role = policy.roles.get(decision.question.caller.role)
    return grant.labels | (role.labels if role is not None else frozenset())


def cleared(resource: Any, reader: frozenset[str], policy: Policy) -> bool:
    """False when a part's own security tags name a sensitivity that the reader is not cleared for."""
    for code in _tags(resource):
        ours = labels.known(policy, code)
        if ours is not None and policy.labels[ours].sensitive and ours not in reader:
            return False
    return True


def _tags(resource: Any) -> list[str]:
    if not isinstance(resource, dict) or not isinstance(resource.get("meta"), dict):
        return []
    return [c["code"] for c in _dicts(resource["meta"].get("security")) if isinstance(c.get("code"), str)]


def _dicts(value: Any) -> list[Resource]:
    """The objects of a list, or one object as a list: what arrived may have any shape."""
    return [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, dict)]


def _targets(kept: Iterable[tuple[Contribution, Resource, Grant]]) -> frozenset[str]:
    """Everything by which a granted statement may be referred to: its id, and its business identifiers."""
    found: set[str] = set()
    for contribution, resource, _ in kept:
        found.add(contribution.statement_id)
        found.update(_name(one) for one in _dicts(resource.get("identifier")))
    return frozenset(found - {""})


def _name(identifier: Resource) -> str:
    if not identifier.get("value"):
        return ""
    return f"{identifier.get('system', '')}|{identifier['value']}"


def _cut(
    resource: Resource,
    grant: Grant,
    reader: frozenset[str],
    shown: frozenset[str],
    policy: Policy,
    targets: frozenset[str],
) -> Resource | None:
    third = "third-party" in grant.redactions
    contained = [
        part
        for part in _dicts(resource.get("contained"))
        if cleared(part, reader, policy) and not (third and _third_party(part, policy))
    ]
    inside = frozenset(f"#{part.get('id', '')}" for part in contained)
    # Thousands of statements share their targets: a set of its own only for what has parts inside.
    reached = targets | inside if inside else targets
    work = _Cut(policy, reader, shown, third, reached)
    cut = work.whole({**resource, "contained": contained} if "contained" in resource else resource)
    return cut or None


def _third_party(node: Any, policy: Policy) -> bool:
    if not isinstance(node, dict):
        return False
    if any(labels.known(policy, code) == "THIRD_PARTY" for code in _tags(node)):
        return True
    extensions = _dicts(node.get("extension"))
    return any(e.get("url") == THIRD_PARTY and e.get("valueBoolean") is True for e in extensions)


class _Cut:
    """One walk through one resource. ``None`` from a step means: leave this part out."""

    def __init__(
        self,
        policy: Policy,
        reader: frozenset[str],
        shown: frozenset[str],
        third: bool,
        targets: frozenset[str],
    ) -> None:
        self.policy, self.reader, self.shown = policy, reader, shown
        self.third, self.targets = third, targets

    def whole(self, resource: Resource) -> Resource:
        """A resource, its sections and entries first: what loses an entry loses title and narrative with it."""
        cut = dict(resource)
        kind = cut.get("resourceType")
        if kind in ("Composition", "List") and self.loses(resource):
            cut.pop("text", None)
        if "section" in cut and kind == "Composition":
            cut["section"] = self.sections(cut["section"])
        if "entry" in cut and kind == "List":
            cut["entry"] = [e for e in _dicts(cut["entry"]) if self.node(e.get("item")) is not None]
        if "entry" in cut and kind == "Bundle":
            entries = _dicts(cut["entry"])
            cut["entry"] = [e for e in entries if cleared(e.get("resource"), self.reader, self.policy)]
        answer = self.node(cut)
        return answer if isinstance(answer, dict) else {}

    def sections(self, sections: Any) -> list[Resource]:
        kept = []
        for section in _dicts(sections):
            if any(self.node(e) is None for e in _dicts(section.get("entry"))):
                continue
            inner = {"section": self.sections(section["section"])} if "section" in section else {}
            kept.append({**section, **inner})
        return kept

    def loses(self, resource: Resource) -> bool:
        """True when some entry, at any depth, is not granted: then no narrative may speak of it."""
        if resource.get("resourceType") == "List":
            return any(self.node(e.get("item")) is None for e in _dicts(resource.get("entry")))
        return any(
            any(self.node(e) is None for e in _dicts(section.get("entry"))) or self.loses(section)
            for section in _dicts(resource.get("section"))
        )

    def node(self, node: Any) -> Any:
        """A part, the same object when nothing in it is cut: most parts of most statements are left alone."""
        if isinstance(node, list):
            return self.items(node)
        if not isinstance(node, dict):
            return node
        if self.third and _third_party(node, self.policy):
            return None
        if ("reference" in node or "identifier" in node) and not self.reaches(node):
            return None
        changed: Resource = {}
        for key, value in node.items():
            if isinstance(value, _PARTS):
                part = self.meta(value) if key == "meta" and isinstance(value, dict) else self.node(value)
                if part is not value:
                    changed[key] = part
        if not changed:
            return node
        return {k: v for k, v in (node | changed).items() if v is not None or k not in changed} or None

    def items(self, nodes: list[Any]) -> list[Any] | None:
        """A list keeps its nulls, which line primitives up with their extensions, and loses what is cut."""
        parts = [self.node(n) if isinstance(n, _PARTS) else n for n in nodes]
        if all(part is n for part, n in zip(parts, nodes, strict=True)):
            return nodes
        return [part for part, n in zip(parts, nodes, strict=True) if part is not None or n is None] or None

    def meta(self, meta: Resource) -> Resource | None:
        """``meta.security`` with no tag beyond the reader's clearance, and no reason for one."""
        kept = []
        for coding in _dicts(meta.get("security")):
            code = coding.get("code")
            ours = labels.known(self.policy, code) if isinstance(code, str) else None
            if ours is not None and (not self.policy.labels[ours].sensitive or ours in self.shown):
                kept.append(coding)
        rest = {k: v for k, v in meta.items() if k != "security"}
        return {**rest, "security": kept} if kept else rest or None

    def reaches(self, node: Resource) -> bool:
        """False for a reference to something of this person that is not granted."""
        target = node.get("reference")
        if isinstance(target, str):
            kind, _, rest = target.rpartition("/")
            kind = kind.rpartition("/")[2]
            if kind in DIRECTORY or target in self.targets:
                return True
            return rest in self.targets or target.removeprefix("urn:uuid:") in self.targets
        identifier = node.get("identifier")
        if isinstance(identifier, dict) and set(node) <= _LOGICAL:
            system = str(identifier.get("system", ""))
            directory = str(node.get("type", "")) in DIRECTORY or system in _DIRECTORY_SYSTEMS
            return directory or _name(identifier) in self.targets
        return True


_PARTS = (dict, list)  # asked of every element of every view: as a union it costs twice as much
_LOGICAL = frozenset({"identifier", "type", "display", "id", "extension"})
_DIRECTORY_SYSTEMS = frozenset(
    {
        ODS_ORGANISATION,
        "https://fhir.nhs.uk/Id/nhs-number",
        "https://fhir.hl7.org.uk/Id/gmc-number",
        "https://fhir.hl7.org.uk/Id/gmp-number",
        "https://fhir.hl7.org.uk/Id/nmc-number",
        "https://fhir.nhs.uk/Id/sds-user-id",
        "https://fhir.nhs.uk/Id/sds-role-profile-id",
    }
)
"""Identifier systems of the directory: people and organisations that give care, not statements."""
