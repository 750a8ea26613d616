"""The landlord's file of one resident, in the field names of the open housing APIs and repairs messages."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from demo.lives import Person
from demo.lives.housing import Asset, Homelessness, Housing, Repair, Tenancy
from demo.lives.known import Address, KnownAs
from demo.systems.files import File
from demo.systems.telling import end_of, item, plain


def files(people: Iterable[Person], today: date) -> Iterator[File]:
    """A file for each local id under which the landlord knows somebody. Nobody has a number here."""
    now = end_of(today)
    for one in people:
        if one.housing is None:
            continue
        for index, known in enumerate(one.housing.known_as):
            sections = _sections(one.housing, now) if index == 0 else {}
            items = [i for section in sections.values() for i in section]
            last = max((i["updatedAt"] for i in items), default=f"{known.since or today}T09:00:00+00:00")
            content = {"generatedAt": now.isoformat(), "person": _person(known, last), **sections}
            yield File(known.local_id, None, last, content)


def _person(known: KnownAs, last: str) -> dict[str, Any]:
    usual = next((n for n in known.names if n.use == "usual"), known.names[0])
    preferred = next((n for n in known.names if n.use == "preferred"), None)
    written: dict[str, Any] = plain(
        {
            "id": known.local_id,
            "title": usual.title,
            "firstName": usual.given[0] if usual.given else "",
            "middleName": " ".join(usual.given[1:]),
            "surname": usual.family,
            "preferredFirstName": preferred.given[0] if preferred and preferred.given else "",
            "dateOfBirth": known.birth_date,
            "gender": known.gender,
            "personTypes": ["Tenant"],
            "contactDetails": [{"contactType": p.kind, "value": p.number} for p in known.phones],
            "address": _address(known.address) if known.address else None,
            "addressProtected": known.location_hidden or None,
            "updatedAt": last,
        }
    )
    return written


def _address(where: Address) -> dict[str, Any]:
    lines = {f"addressLine{n}": line for n, line in enumerate(where.lines[:4], 1)}
    written: dict[str, Any] = plain(
        lines | {"postCode": where.postcode, "uprn": where.uprn, "kind": where.kind}
    )
    return written


def _full(where: Address) -> str:
    return " ".join((*where.lines, where.postcode))


def _sections(held: Housing, now: datetime) -> dict[str, list[dict[str, Any]]]:
    return {
        "tenures": [_tenure(t, now) for t in held.tenancies],
        "assets": _assets(held.tenancies, now),
        "repairs": [_repair(r, now) for r in held.repairs],
        "hazards": [
            item(h, now, number=h.number, name=h.name, band=h.band, text=h.text, resolvedOn=h.resolved)
            for h in held.hazards
        ],
        "adaptations": [
            item(
                a, now, what=a.what, status=a.status, requestedBy=a.requested_by, attendance=a.attendance,
                disabledFacilitiesGrant=a.grant or None, fittedOn=a.fitted,
            )
            for a in held.adaptations
        ],
        "homelessness": [
            item(
                h, now, duty=h.duty, reason=h.reason, referredBy=h.referred_by, endedOn=h.ended,
                outcome=h.outcome, temporaryAccommodation=[_put_up(h, h.temporary)] if h.temporary else None,
            )
            for h in held.homelessness
        ],
        "alerts": [item(a, now, Type=a.code, Comments=a.text, endedOn=a.ended) for a in held.alerts],
    }  # fmt: skip


def _put_up(held: Homelessness, where: Address) -> dict[str, Any]:
    """Where somebody was put up. The address is in the message; the shared record must not keep it."""
    kind = "refuge" if where.kind == "refuge" else "hostel"
    written: dict[str, Any] = plain(
        {"type": kind, "startDate": held.on.date(), "endDate": held.ended, "address": _address(where)}
    )
    return written


def _tenure(held: Tenancy, now: datetime) -> dict[str, Any]:
    return item(
        held, now,
        tenureType={"code": held.kind},
        startOfTenureDate=held.on.date(), endOfTenureDate=held.ended, reasonForTermination=held.end_reason,
        currentBalance=held.arrears,
        tenuredAsset={
            "id": held.asset.id, "type": held.asset.kind, "fullAddress": _full(held.asset.address),
            "uprn": held.asset.address.uprn, "kind": held.asset.address.kind,
        },
        householdMembers=[
            plain({
                "fullName": m.name, "personTenureType": m.kind, "relation": m.relation, "dateOfBirth": m.birth_date,
                "isResponsible": m.responsible or None,
            })
            for m in held.members
        ],
    )  # fmt: skip


def _assets(tenancies: Sequence[Tenancy], now: datetime) -> list[dict[str, Any]]:
    """Each dwelling once, as its newest tenancy has it."""
    newest = {t.asset.id: t for t in tenancies}
    return [item(t, now, **_asset(t.asset)) | {"id": t.asset.id} for t in newest.values()]


def _asset(held: Asset) -> dict[str, Any]:
    return {
        "assetType": held.kind,
        "assetAddress": _address(held.address),
        "assetManagement": {"isTemporaryAccomodation": held.temporary},  # spelled so in the open API
        "assetCharacteristics": plain({
            "isStepFree": held.step_free, "hasStairs": held.stairs, "hasRampAccess": held.ramp,
            "hasLift": held.lift, "bedrooms": held.bedrooms, "floor": held.floor, "heating": held.heating,
            "accessibilityComments": held.stairs_note,
        }),
        "accessInformation": _keysafe("keysafe", held.keysafe, held.keysafe_place, "location", "code"),
        "note": held.note,
    }  # fmt: skip


def _keysafe(name: str, code: str, place: str, place_name: str, code_name: str) -> dict[str, Any] | None:
    return {name: {place_name: place, code_name: code}} if code else None


def _access(held: Repair) -> dict[str, Any] | None:
    """As it really comes: the code in its own field, and typed into the words beside it."""
    told = _keysafe("Keysafe", held.keysafe, held.keysafe_place, "Location", "Code")
    return told and told | {"Description": f"Key safe {held.keysafe_place}, code {held.keysafe}"}


def _repair(held: Repair, now: datetime) -> dict[str, Any]:
    return item(
        held, now,
        DescriptionOfWork=held.description,
        Priority=plain({"PriorityCode": str(held.priority), "RequiredCompletionDateTime": held.required_by}),
        WorkElement=[plain({"Trade": held.trade, "M3NHFSORCode": held.sor})],
        AccessInformation=_access(held),
        status=held.status, completedOn=held.completed, affectsHealth=held.affects_health or None,
        contact=held.contact,
    )  # fmt: skip
