"""The messages that the hospital sends and what is read of each, on one screen. A table only.

What is on no line is rejected by name (AR). Left out on purpose: links that join two people without saying that
they are one (A24 is also sent for mother and baby), moves of account numbers alone (A35, A41, A49: no accounts
are kept here), deletion of a person (A29: a record is not deleted by a message), queries, pending moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Visit:
    """What an event does to the visit in PV1.

    ``status``: what the visit is from then on; "" leaves that as it was. ``attends``: it begins, ends or reopens
    an attendance; other events would have to say "still here" without knowing it, and that would give access
    back after a discharge. ``mark`` names what it tells so that ``undo`` of that name can take it back.
    ``retracts``: there was no such visit. ``recorded``: it counts from when it was recorded, if that is later
    than when it happened: a cancel has the time of what it cancels in EVN-6, and a discharge that is told again
    after its cancelling may have happened before it.
    """

    status: str = ""
    attends: bool = False
    mark: str = ""
    undo: str = ""
    retracts: bool = False
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """What is read of a message of one kind.

    ``whole``: it tells the person whole, not what changed. ``merge``: MRG names a "person" (MRG-1), a "visit"
    (MRG-5) or an "account" (MRG-3) that is now the one in PID and PV1; "undo" takes a merge of persons back.
    """

    visit: Visit | None = None
    merge: str = ""
    results: bool = False
    document: bool = False
    appointment: str = ""
    plan: bool = False
    whole: bool = False
    retracts: bool = False


_GONE: Final = Visit("cancelled", attends=True, retracts=True, recorded=True)
_PLANNED_GONE: Final = Visit("cancelled", retracts=True, recorded=True)

EVENTS: Final[Mapping[str, Event]] = {
    "ADT^A01": Event(Visit("in-progress", attends=True)),  # admit
    "ADT^A02": Event(Visit("in-progress", mark="transfer")),  # transfer
    "ADT^A03": Event(Visit("finished", attends=True, mark="discharge", recorded=True)),  # discharge
    "ADT^A04": Event(Visit("arrived", attends=True)),  # register (A&E, outpatients, a community team)
    "ADT^A05": Event(Visit("planned")),  # pre-admit
    "ADT^A08": Event(Visit()),  # update
    "ADT^A11": Event(_GONE),  # cancel admit or registration
    "ADT^A12": Event(Visit(undo="transfer", recorded=True)),  # cancel transfer
    "ADT^A13": Event(Visit(attends=True, undo="discharge", recorded=True)),  # cancel discharge
    "ADT^A14": Event(Visit("planned")),  # pending admit
    "ADT^A21": Event(Visit("onleave", mark="leave")),  # goes on leave
    "ADT^A22": Event(Visit("in-progress", mark="return")),  # comes back from leave
    "ADT^A23": Event(_GONE),  # delete a visit
    "ADT^A27": Event(_PLANNED_GONE),  # cancel pending admit
    "ADT^A28": Event(whole=True),  # add person
    "ADT^A31": Event(),  # update person
    "ADT^A34": Event(merge="person"),  # merge, by patient id only (before v2.3.1)
    "ADT^A36": Event(merge="person"),  # merge of person and account
    "ADT^A37": Event(merge="undo"),  # unlink
    "ADT^A38": Event(_PLANNED_GONE),  # cancel pre-admit
    "ADT^A39": Event(merge="person"),  # merge of persons
    "ADT^A40": Event(merge="person"),  # merge of a patient's identifiers
    "ADT^A42": Event(Visit(), merge="visit"),  # merge of visits
    "ADT^A44": Event(merge="account"),  # an account moves to another person
    "ADT^A45": Event(Visit(), merge="visit"),  # a visit moves to another person
    "ADT^A47": Event(merge="person"),  # one local number became another
    "ADT^A50": Event(Visit(), merge="visit"),  # one visit number became another
    "ADT^A52": Event(Visit(undo="leave", recorded=True)),  # cancel leave
    "ADT^A53": Event(Visit(undo="return", recorded=True)),  # cancel return from leave
    "MDM^T02": Event(document=True),  # document with its content
    "MDM^T06": Event(document=True),  # addendum
    "MDM^T08": Event(document=True),  # edited document
    "MDM^T10": Event(document=True),  # replacement
    "MDM^T11": Event(document=True, retracts=True),  # document cancelled
    "ORU^R01": Event(results=True),  # results
    "ORU^R30": Event(results=True),  # point-of-care results
    "PPP^PCB": Event(plan=True),  # plan of the community's nurses
    "PPP^PCC": Event(plan=True),  # changed
    "PPP^PCD": Event(plan=True, retracts=True),  # deleted
    "SIU^S12": Event(appointment="booked"),
    "SIU^S13": Event(appointment="booked"),  # another time
    "SIU^S14": Event(appointment="booked"),  # other details
    "SIU^S15": Event(appointment="cancelled"),
    "SIU^S17": Event(appointment="cancelled", retracts=True),  # deleted
    "SIU^S26": Event(appointment="noshow"),
}
TYPES: Final = frozenset(event.partition("^")[0] for event in EVENTS)

READ: Final = frozenset(
    [
        "MSH",
        "EVN",
        "PID",
        "PD1",
        "NK1",
        "PV1",
        "PV2",
        "AL1",
        "DG1",
        "PR1",
        "MRG",
        "OBR",
        "OBX",
        "NTE",
        "TXA",
        "SCH",
        "RGS",
        "AIS",
        "AIG",
        "AIL",
        "AIP",
        "PTH",
        "PRB",
        "GOL",
        "ZU1",
        "ZU5",
        "ZU8",
    ]
)
LEFT: Final = frozenset(
    [
        "ACC",
        "CTD",
        "CTI",
        "DB1",
        "DRG",
        "DSC",
        "FT1",
        "GT1",
        "IN1",
        "IN2",
        "IN3",
        "ORC",
        "PDA",
        "ROL",
        "SFT",
        "SPM",
        "TQ1",
        "TQ2",
        "UB1",
        "UB2",
        "ZU3",
        "ZU4",
        "ZU6",
        "ZU7",
    ]
)
"""Segments left out on purpose: insurance, guarantors, roles, orders and specimens beside a result, statistics. One
that is on neither list is refused by name: it may be the one that restricts the rest.
"""
