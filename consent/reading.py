"""Tables, as parsed, to policy values. A code, field or value that is not known refuses the whole policy.

Pure: the bytes are read by ``consent.agreement``. What the fields mean is said in ``consent.policy`` and, for
their owners, at the head of each table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from consent.fields import PolicyError, Table, codes, expand, known, moment, only, unique
from consent.policy import (
    PERSON,
    REPRESENTATIVE,
    Basis,
    Clause,
    CodeList,
    CodeLists,
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

PERMISSIONS = frozenset({"implied", "explicit", "each-time"})


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
    labels = unique((_label(t) for t in labelling["label"]), "label")
    aliases = _aliases(labelling["label"])
    exclusions = unique((Exclusion(**t) for t in tables["exclusions"]["exclusion"]), "exclusion")
    role_sets = tables["roles"].get("sets", {})
    organisations = unique(_organisations(tables["organisations"], role_sets), "organisation")
    roles = {code: _role(code, t, role_sets, labels) for code, t in tables["roles"]["role"].items()}
    agreement = tables["agreement"]
    clauses = tuple(
        _clause(t, agreement, organisations, roles, labels, exclusions) for t in agreement["clause"]
    )
    unique(clauses, "clause")
    return Policy(
        version=version,
        clauses=clauses,
        roles=roles,
        doings={Interaction(k): Doing(**t) for k, t in tables["roles"]["interactions"].items()},
        labels=labels,
        aliases=aliases,
        lists=CodeLists.of(x for t in labelling.get("list", ()) for x in _lists(t, labels, exclusions)),
        services=tuple(
            (words.casefold(), gives, exclusion)
            for t in labelling.get("service", ())
            for gives, exclusion in _gives(t, labels, exclusions)
            for words in t["words"]
        ),
        defaults=_defaults(labelling.get("default", ()), labels),
        professional_headings=codes(Heading, labelling["professional_headings"]),
        location_categories=codes(Category, labelling["location"]["categories"]),
        location_headings=codes(Heading, labelling["location"]["headings"]),
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
    fields = {
        "id", "title", "own", "providers", "recipients", "categories", "headings", "roles", "activities",
        "purposes", "interactions", "relationships", "permission", "ceiling", "emergency",
        "not_stopped_by_objection", "basis", "children", "start", "end", "review", "permit", "deny",
    }  # fmt: skip
    here = f"clause {table['id']}"
    only(table, fields, here)
    sets = agreement.get("sets", {})
    own = bool(table.get("own", False))
    providers = frozenset(expand(table.get("providers", []), sets))
    recipients = frozenset(expand(table["recipients"], sets))
    known(providers, organisations, f"{here}: organisation")
    known(recipients - {PERSON, REPRESENTATIVE}, organisations, f"{here}: organisation")
    known(named := frozenset(expand(table["roles"], sets)), roles, f"{here}: role")
    if own is bool(providers):
        raise PolicyError(f"{here}: name the providers, or say own = true")
    start, end = moment(table["start"], here), moment(table["end"], here)
    if not start < end or not isinstance(table["review"], date):
        raise PolicyError(f"{here}: it must end after it starts, and have a date of review")
    if table["permission"] not in PERMISSIONS:
        raise PolicyError(f"{here}: permission must be one of {', '.join(sorted(PERMISSIONS))}")
    outside = [o for o in recipients if o in organisations and organisations[o].outside]
    if not own and outside and table["permission"] == "implied":
        raise PolicyError(f"{here}: a party outside health and care needs explicit permission")
    terms = dict(table["emergency"])
    only(terms, {"relationship", "choices", "labels", "exclusions"}, here)
    known(terms.get("labels", ()), labels, f"{here}: label")
    known(terms.get("exclusions", ()), exclusions, f"{here}: exclusion")
    if any(exclusions[code].statute for code in terms.get("exclusions", ())):
        raise PolicyError(f"{here}: what the law excludes cannot be lifted by an agreement")
    return Clause(
        id=str(table["id"]),
        title=str(table["title"]),
        own=own,
        providers=providers,
        recipients=recipients,
        categories=codes(Category, table["categories"]),
        headings=codes(Heading, expand(table.get("headings", []), sets)),
        roles=named,
        activities=frozenset(table.get("activities", ["view"])),
        purposes=codes(Purpose, table["purposes"]),
        interactions=codes(Interaction, expand(table["interactions"], sets)),
        relationships={RelationshipKind(k): int(v) for k, v in table["relationships"].items()},
        permission=table["permission"],
        ceiling=Confidentiality(table["ceiling"]),
        emergency=EmergencyTerms(
            relationship=bool(terms.get("relationship", False)),
            choices=bool(terms.get("choices", False)),
            labels=frozenset(terms.get("labels", ())),
            exclusions=frozenset(terms.get("exclusions", ())),
        ),
        not_stopped_by_objection=codes(Purpose, table.get("not_stopped_by_objection", [])),
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
    fields = {
        "say", "reader", "holder", "what", "because", "ended", "purpose", "interaction", "audience", "labels",
        "exclusions", "permission", "objects", "emergency", "restricted", "age",
    }  # fmt: skip
    only(table, fields, "example")
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
    known(table["labels"], labels, f"role {code}: label")
    return Role(
        code=code,
        kinds=frozenset(table.get("kinds", ["staff"])),
        headings=codes(Heading, expand(table["headings"], sets)),
        confidentiality=Confidentiality(table["confidentiality"]),
        labels=frozenset(table["labels"]),
        activities=frozenset(table["activities"]),
        purposes=codes(Purpose, table.get("purposes", [Purpose.DIRECT_CARE, Purpose.TRANSFER_OF_CARE])),
        professional=table.get("professional", True),
        prescriber=table.get("prescriber", False),
    )


def _organisations(table: Table, sets: Table) -> Iterable[Organisation]:
    for row in table["organisation"]:
        kind = table["kinds"][row["kind"]]
        headings = (
            codes(Heading, expand(kind["headings"], sets)) if "headings" in kind else frozenset(Heading)
        )
        writes = frozenset((c, h) for c in codes(Category, kind["writes"]) for h in headings)
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
    only(table, {"label", "exclusion", "system", "codes", "prefixes"}, "list")
    for gives, exclusion in _gives(table, labels, exclusions):
        codes, prefixes = frozenset(table.get("codes", ())), tuple(table.get("prefixes", ()))
        yield CodeList(gives, exclusion, table.get("system", ""), codes, prefixes)


def _gives(
    table: Table, labels: Mapping[str, Label], exclusions: Mapping[str, Exclusion]
) -> list[tuple[str, bool]]:
    found = []
    if "label" in table:
        known([table["label"]], labels, "label")
        found.append((table["label"], False))
    if "exclusion" in table:
        known([table["exclusion"]], exclusions, "exclusion")
        found.append((table["exclusion"], True))
    if not found:
        raise PolicyError("a list or service gives neither a label nor an exclusion")
    return found


def _defaults(
    tables: Iterable[Table], labels: Mapping[str, Label]
) -> dict[tuple[Category | None, Heading | None], frozenset[str]]:
    found: dict[tuple[Category | None, Heading | None], frozenset[str]] = {}
    for table in tables:
        known(table["gives"], labels, "default: label")
        for category in codes(Category, table.get("categories", [])) or (None,):
            for heading in codes(Heading, table.get("headings", [])) or (None,):
                if (category, heading) in found:
                    raise PolicyError(f"two defaults for {category}/{heading}")
                found[category, heading] = frozenset(table["gives"])
    return found
