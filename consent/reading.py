"""Tables, as parsed, to policy values. A code, field or value that is not known refuses the whole policy.

Pure: the bytes are read by ``consent.agreement``. What the fields mean is said in ``consent.policy`` and, for
their owners, at the head of each table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from consent.policy import (
    PERSON,
    REPRESENTATIVE,
    Basis,
    Clause,
    CodeList,
    Doing,
    EmergencyTerms,
    Example,
    Exclusion,
    Label,
    Organisation,
    Policy,
    Role,
)
from schemas.codes import Audience, Category, Confidentiality, Heading, Interaction, Purpose, RelationshipKind

Table = Mapping[str, Any]
Code = TypeVar("Code", bound=StrEnum)

PERMISSIONS = frozenset({"implied", "explicit", "each-time"})


class PolicyError(Exception):
    """The policy is not loaded. ``faults`` says why, one line each; an older policy stays in force."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def policy(tables: Mapping[str, Table], version: str) -> Policy:
    """All tables to one policy. Raises ``PolicyError`` at the first fault."""
    try:
        return _policy(tables, version)
    except (KeyError, TypeError, AttributeError) as error:
        raise PolicyError(f"a field is missing or of the wrong shape: {error}") from None
    except ValueError as error:
        raise PolicyError(str(error)) from None


def _policy(tables: Mapping[str, Table], version: str) -> Policy:
    labelling = tables["labels"]
    labels = _unique((_label(t) for t in labelling["label"]), "label")
    aliases = _aliases(labelling["label"])
    exclusions = _unique((Exclusion(**t) for t in tables["exclusions"]["exclusion"]), "exclusion")
    role_sets = tables["roles"].get("sets", {})
    organisations = _unique(_organisations(tables["organisations"], role_sets), "organisation")
    roles = {code: _role(code, t, role_sets, labels) for code, t in tables["roles"]["role"].items()}
    agreement = tables["agreement"]
    clauses = tuple(
        _clause(t, agreement, organisations, roles, labels, exclusions) for t in agreement["clause"]
    )
    _unique(clauses, "clause")
    return Policy(
        version=version,
        clauses=clauses,
        roles=roles,
        doings={Interaction(k): Doing(**t) for k, t in tables["roles"]["interactions"].items()},
        labels=labels,
        aliases=aliases,
        lists=tuple(x for t in labelling.get("list", ()) for x in _lists(t, labels, exclusions)),
        services=tuple(
            (words.casefold(), gives, exclusion)
            for t in labelling.get("service", ())
            for gives, exclusion in _gives(t, labels, exclusions)
            for words in t["words"]
        ),
        defaults=_defaults(labelling.get("default", ()), labels),
        professional_headings=_codes(Heading, labelling["professional_headings"]),
        location_categories=_codes(Category, labelling["location"]["categories"]),
        location_headings=_codes(Heading, labelling["location"]["headings"]),
        exclusions=exclusions,
        organisations=organisations,
        emergency_reasons=dict(labelling["emergency_reasons"]),
    )


def _clause(
    table: Table,
    agreement: Table,
    organisations: Mapping[str, Organisation],
    roles: Mapping[str, Role],
    labels: Mapping[str, Label],
    exclusions: Mapping[str, Exclusion],
) -> Clause:
    known = {
        "id", "title", "own", "providers", "recipients", "categories", "headings", "roles", "activities",
        "purposes", "interactions", "relationships", "permission", "ceiling", "emergency",
        "not_stopped_by_objection", "basis", "children", "start", "end", "review", "permit", "deny",
    }  # fmt: skip
    here = f"clause {table['id']}"
    _only(table, known, here)
    sets = agreement.get("sets", {})
    own = bool(table.get("own", False))
    providers = frozenset(_expand(table.get("providers", []), sets))
    recipients = frozenset(_expand(table["recipients"], sets))
    _known(providers, organisations, f"{here}: organisation")
    _known(recipients - {PERSON, REPRESENTATIVE}, organisations, f"{here}: organisation")
    _known(named := frozenset(_expand(table["roles"], sets)), roles, f"{here}: role")
    if own is bool(providers):
        raise PolicyError(f"{here}: name the providers, or say own = true")
    start, end = _moment(table["start"], here), _moment(table["end"], here)
    if not start < end or not isinstance(table["review"], date):
        raise PolicyError(f"{here}: it must end after it starts, and have a date of review")
    if table["permission"] not in PERMISSIONS:
        raise PolicyError(f"{here}: permission must be one of {', '.join(sorted(PERMISSIONS))}")
    outside = [o for o in recipients if o in organisations and organisations[o].outside]
    if not own and outside and table["permission"] == "implied":
        raise PolicyError(f"{here}: a party outside health and care needs explicit permission")
    terms = dict(table["emergency"])
    _only(terms, {"relationship", "choices", "labels", "exclusions"}, here)
    _known(terms.get("labels", ()), labels, f"{here}: label")
    _known(terms.get("exclusions", ()), exclusions, f"{here}: exclusion")
    return Clause(
        id=str(table["id"]),
        title=str(table["title"]),
        own=own,
        providers=providers,
        recipients=recipients,
        categories=_codes(Category, table["categories"]),
        headings=_codes(Heading, _expand(table.get("headings", []), sets)),
        roles=named,
        activities=frozenset(table.get("activities", ["view"])),
        purposes=_codes(Purpose, table["purposes"]),
        interactions=_codes(Interaction, _expand(table["interactions"], sets)),
        relationships={RelationshipKind(k): int(v) for k, v in table["relationships"].items()},
        permission=table["permission"],
        ceiling=Confidentiality(table["ceiling"]),
        emergency=EmergencyTerms(
            relationship=bool(terms.get("relationship", False)),
            choices=bool(terms.get("choices", False)),
            labels=frozenset(terms.get("labels", ())),
            exclusions=frozenset(terms.get("exclusions", ())),
        ),
        not_stopped_by_objection=_codes(Purpose, table.get("not_stopped_by_objection", [])),
        basis=Basis(**agreement["basis"][table["basis"]]),
        children=bool(table["children"]),
        start=start,
        end=end,
        review=table["review"],
        examples=tuple(
            _example(t, permit=kind == "permit") for kind in ("permit", "deny") for t in table.get(kind, ())
        ),
    )


def _example(table: Table, *, permit: bool) -> Example:
    known = {
        "say", "reader", "holder", "what", "because", "ended", "purpose", "interaction", "audience", "labels",
        "exclusions", "permission", "objects", "emergency", "restricted", "age",
    }  # fmt: skip
    _only(table, known, "example")
    role, _, organisation = table["reader"].partition("@")
    category, _, heading = table["what"].partition("/")
    return Example(
        say=table["say"],
        permit=permit,
        role=role,
        organisation=organisation,
        holder=table["holder"],
        category=Category(category),
        heading=Heading(heading),
        relationship=RelationshipKind(table["because"]) if "because" in table else None,
        ended_days=table.get("ended"),
        purpose=Purpose(table.get("purpose", Purpose.DIRECT_CARE)),
        interaction=Interaction(table.get("interaction", Interaction.RECORD)),
        audience=Audience(table["audience"]) if "audience" in table else None,
        labels=frozenset(table.get("labels", ["N"])),
        exclusions=frozenset(table.get("exclusions", [])),
        permission=table.get("permission", False),
        objects=table.get("objects", False),
        emergency=table.get("emergency", False),
        restricted=table.get("restricted", False),
        age=table.get("age", 70),
    )


def _role(code: str, table: Table, sets: Table, labels: Mapping[str, Label]) -> Role:
    _known(table["labels"], labels, f"role {code}: label")
    return Role(
        code=code,
        kinds=frozenset(table.get("kinds", ["staff"])),
        headings=_codes(Heading, _expand(table["headings"], sets)),
        confidentiality=Confidentiality(table["confidentiality"]),
        labels=frozenset(table["labels"]),
        activities=frozenset(table["activities"]),
        purposes=_codes(Purpose, table.get("purposes", [Purpose.DIRECT_CARE, Purpose.TRANSFER_OF_CARE])),
        professional=table.get("professional", True),
        prescriber=table.get("prescriber", False),
    )


def _organisations(table: Table, sets: Table) -> Iterable[Organisation]:
    for row in table["organisation"]:
        kind = table["kinds"][row["kind"]]
        headings = (
            _codes(Heading, _expand(kind["headings"], sets)) if "headings" in kind else frozenset(Heading)
        )
        writes = frozenset((c, h) for c in _codes(Category, kind["writes"]) for h in headings)
        yield Organisation(row["code"], row["name"], row["kind"], kind["outside"], writes)


def _label(table: Table) -> Label:
    fields = {k: v for k, v in table.items() if k != "aliases"}
    return Label(**fields | {"confidentiality": Confidentiality(table["confidentiality"])})


def _aliases(tables: Iterable[Table]) -> dict[str, str]:
    found: dict[str, str] = {}
    for table in tables:
        for alias in (table["code"], *table.get("aliases", ())):
            key = alias.casefold().replace("_", "-").replace(" ", "-")
            if found.setdefault(key, table["code"]) != table["code"]:
                raise PolicyError(f"label {table['code']}: alias {alias} means another label too")
    return found


def _lists(
    table: Table, labels: Mapping[str, Label], exclusions: Mapping[str, Exclusion]
) -> Iterable[CodeList]:
    _only(table, {"label", "exclusion", "system", "codes", "prefixes"}, "list")
    for gives, exclusion in _gives(table, labels, exclusions):
        codes, prefixes = frozenset(table.get("codes", ())), tuple(table.get("prefixes", ()))
        yield CodeList(gives, exclusion, table.get("system", ""), codes, prefixes)


def _gives(
    table: Table, labels: Mapping[str, Label], exclusions: Mapping[str, Exclusion]
) -> list[tuple[str, bool]]:
    found = []
    if "label" in table:
        _known([table["label"]], labels, "label")
        found.append((table["label"], False))
    if "exclusion" in table:
        _known([table["exclusion"]], exclusions, "exclusion")
        found.append((table["exclusion"], True))
    if not found:
        raise PolicyError("a list or service gives neither a label nor an exclusion")
    return found


def _defaults(
    tables: Iterable[Table], labels: Mapping[str, Label]
) -> dict[tuple[Category | None, Heading | None], frozenset[str]]:
    found: dict[tuple[Category | None, Heading | None], frozenset[str]] = {}
    for table in tables:
        _known(table["gives"], labels, "default: label")
        for category in _codes(Category, table.get("categories", [])) or (None,):
            for heading in _codes(Heading, table.get("headings", [])) or (None,):
                if (category, heading) in found:
                    raise PolicyError(f"two defaults for {category}/{heading}")
                found[category, heading] = frozenset(table["gives"])
    return found


Named = TypeVar("Named", Label, Exclusion, Organisation, Clause)


def _unique(values: Iterable[Named], what: str) -> dict[str, Named]:
    found: dict[str, Named] = {}
    for value in values:
        code = value.id if isinstance(value, Clause) else value.code
        if code in found:
            raise PolicyError(f"{what} {code} is there twice")
        found[code] = value
    return found


def _codes(kind: type[Code], values: Iterable[str]) -> frozenset[Code]:
    return frozenset(kind(value) for value in values)


def _expand(values: Iterable[str], sets: Table) -> list[str]:
    found: list[str] = []
    for value in values:
        if value.startswith("@") and value not in (PERSON, REPRESENTATIVE):
            found.extend(sets[value[1:]])
        else:
            found.append(value)
    return found


def _known(values: Iterable[str], table: Mapping[str, Any], what: str) -> None:
    unknown = sorted(set(values) - set(table))
    if unknown:
        raise PolicyError(f"{what} not known: {', '.join(unknown)}")


def _only(table: Table, known: set[str], where: str) -> None:
    if unknown := sorted(set(table) - known):
        raise PolicyError(f"{where}: field not known: {', '.join(unknown)}")


def _moment(value: Any, where: str) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise PolicyError(f"{where}: start and end are moments with a time zone")
    return value.astimezone(UTC)
