"""Who the person is, as the hospital's label has it: PID, PD1, NK1, and ZU8 where sharing or place is limited."""

from datetime import datetime
from typing import Final

from demo.lives import KnownAs, Person
from demo.lives.person import Related
from demo.place import ORGANISATIONS
from demo.systems.acute.writing import HOSPITAL, parts, segment, stamp

_GENDER: Final = {"male": "1", "female": "2", "other": "9", "unknown": "0"}
_NAMES: Final = {"usual": "L", "preferred": "PREFERRED", "previous": "PREVIOUS", "maiden": "M", "alias": "A"}
_STATUS: Final = {
    "verified": "NSTS01", "not_traced": "NSTS02", "trace_required": "NSTS03", "no_match": "NSTS04",
    "not_known": "NSTS03", "overseas": "NSTS07", "devolved": "NSTS07", "newborn": "NSTS08",
}  # fmt: skip
_LANGUAGES: Final = {"pt": "Portuguese", "bg": "Bulgarian", "bfi": "British Sign Language", "en": "English"}
_RELATIONS: Final = {
    "husband": "1", "wife": "1", "mother": "12", "father": "13", "sister": "14", "brother": "15", "son": "9",
    "daughter": "9",
}  # fmt: skip


def number(known: KnownAs) -> str:
    """CX of the hospital's own number."""
    return parts(known.local_id, "", "", HOSPITAL, "MR")


def person_segments(
    person: Person, known: KnownAs, died: datetime | None = None, *, relatives: bool = False
) -> list[str]:
    """PID and PD1, and NK1 if asked for. `died`: when the hospital recorded the death."""
    found = [_pid(person, known, died)]
    if known.gp:
        practice = ORGANISATIONS[known.gp].name if known.gp in ORGANISATIONS else ""
        found.append(segment("PD1", {3: parts(practice, "", known.gp)}))
    if relatives:
        named = [r for r in person.related if r.name[:1].isupper()]
        found += [_nk1(order, related) for order, related in enumerate(named, 1)]
    return found


def sharing(known: KnownAs) -> list[str]:
    """ZU8, which stands last: dissent to sharing, hiding of where the person is; none where neither is told."""
    dissent = {None: "", True: "2", False: "1"}[known.dissent]
    hiding = "2" if known.location_hidden else ""
    return [segment("ZU8", {2: dissent, 4: hiding})] if dissent or hiding else []


def _pid(person: Person, known: KnownAs, died: datetime | None) -> str:
    numbers = [number(known)]
    if known.nhs_number:
        numbers.append(parts(known.nhs_number, "", "", "NHS", "NH"))
    names = [
        parts(n.family, n.given[0] if n.given else "", " ".join(n.given[1:]), "", n.title, "", _NAMES[n.use])
        for n in known.names
    ]
    phones = [
        parts("", "NET", "INTERNET", p.number)
        if p.kind == "email"
        else parts(p.number, "WPN" if p.kind == "work" else "PRN", "CP" if p.kind == "mobile" else "PH")
        for p in known.phones
    ]
    return segment(
        "PID",
        {
            1: "1",
            3: "~".join(numbers),
            5: "~".join(names),
            7: stamp(known.birth_date),
            8: _GENDER[known.gender],
            11: _address(known),
            13: "~".join(phones),
            15: parts(person.language, _LANGUAGES.get(person.language, "")),
            22: person.ethnic,
            24: "Y" if person.birth_order else "",
            25: str(person.birth_order or ""),
            29: stamp(died),
            30: "Y" if died else "",
            31: "Y" if known.identity_unknown else "",
            32: _STATUS[known.nhs_status],
        },
    )


def _address(known: KnownAs) -> str:
    where = known.address
    if where is None:
        return ""
    first, *rest = where.lines
    *middle, town = rest or [""]
    kind = "TMP" if where.use == "temporary" else "H"
    return parts(first, ", ".join(middle), town, "", where.postcode, "", kind)


def _nk1(order: int, related: Related) -> str:
    *given, family = related.name.split()
    word = related.relation.partition(",")[0]
    code = (
        "20"
        if "carer" in related.kinds
        else _RELATIONS.get(word, "4" if "next_of_kin" in related.kinds else "99")
    )
    return segment(
        "NK1",
        {
            1: str(order),
            2: parts(family, " ".join(given)),
            3: parts(code, related.relation),
            5: parts(related.phone, "PRN", "PH") if related.phone else "",
        },
    )
