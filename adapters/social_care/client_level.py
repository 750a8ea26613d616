"""Code lists of Client Level Data for the person's own columns, in both releases' spellings.

A value is found by the words that tell it apart, because the releases differ in everything else. A value that no
list has is kept in its own words without a code. Codes are ours: nobody publishes a URL for these lists. The lists
of events (services, outcomes, reasons), which live sharing has codes for, are in ``codes``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from adapters.elements import Element, coding, concept, local_codes
from adapters.social_care.codes import same_words

Rules = tuple[tuple[tuple[str, ...], str], ...]
"""(words that must all stand in the value, code); the first that fits counts."""

ACCOMMODATION: Final[Rules] = (
    (("approved premises",), "approved-premises"),  # "... released from prison": before prison
    (("probation hostel",), "approved-premises"),
    (("refuge",), "refuge"),
    (("prison",), "prison"),
    (("young offender",), "prison"),
    (("detention centre",), "prison"),
    (("owner occupier",), "owner-occupier"),
    (("tenant", "private"), "tenant-private"),
    (("tenant",), "tenant-social"),
    (("short-term guest",), "guest"),
    (("short term guest",), "guest"),
    (("settled",), "settled-with-family-or-friends"),
    (("supported accommodation",), "supported"),
    (("shared lives",), "shared-lives"),
    (("sheltered",), "sheltered-or-extra-care"),
    (("extra care",), "sheltered-or-extra-care"),
    (("mobile",), "mobile"),
    (("rough sleep",), "rough-sleeper"),
    (("squatting",), "rough-sleeper"),
    (("night shelter",), "night-shelter"),
    (("hostel",), "night-shelter"),
    (("council temporary",), "council-temporary"),
    (("placed in temporary",), "council-temporary"),
    (("nursing home",), "nursing-home"),
    (("care home",), "care-home"),
    (("hospital",), "hospital"),
    (("healthcare",), "hospital"),
    (("other temporary",), "other-temporary"),
    (("unknown",), "unknown"),
    (("not known",), "unknown"),
)
_EMPLOYMENT: Final[Rules] = (
    (("paid", "less than 16"), "paid-under-16-hours"),
    (("paid", "<16"), "paid-under-16-hours"),
    (("paid", "16 or more"), "paid-16-hours-or-more"),
    (("paid", "16+"), "paid-16-hours-or-more"),
    (("paid", "more than 16"), "paid-16-hours-or-more"),
    (("paid", "hours"), "paid-hours-unknown"),
    (("paid", "unknown"), "paid-hours-unknown"),
    (("not seeking",), "not-seeking"),
    (("not actively seeking",), "not-seeking"),
    (("retired",), "not-seeking"),
    (("seeking",), "seeking"),
    (("volunt",), "voluntary-only"),
    (("unknown",), "unknown"),
    (("not known",), "unknown"),
)
_HEARING: Final[Rules] = (
    (("deaf", "without speech"), "deaf-without-speech"),
    (("deaf", "with speech"), "deaf-with-speech"),
    (("hard of hearing",), "hard-of-hearing"),
    (("severity",), "severity-unknown"),
    (("no hearing",), "none"),
    (("none",), "none"),
    (("unknown",), "unknown"),
    (("not known",), "unknown"),
)
_VISUAL: Final[Rules] = (
    (("severity",), "severity-unknown"),
    (("severely",), "blind-or-severely-sight-impaired"),
    (("blind",), "blind-or-severely-sight-impaired"),
    (("partial",), "partially-sighted"),
    (("sight impaired",), "partially-sighted"),
    (("no visual",), "none"),
    (("none",), "none"),
    (("unknown",), "unknown"),
    (("not known",), "unknown"),
)
_FUNDING: Final[Rules] = (
    (("joint",), "joint"),
    (("fully", "social care"), "social-care"),
    (("fully", "client"), "client"),
    (("self",), "client"),
    (("unknown",), "unknown"),
    (("not known",), "unknown"),
)
_YES_NO: Final[Rules] = (
    (("yes",), "yes"),
    (("no data",), "unknown"),
    (("not known",), "unknown"),
    (("unknown",), "unknown"),
    (("no",), "no"),
)
_LISTS: Final[Mapping[str, Rules]] = {
    "Accommodation_Status": ACCOMMODATION,
    "Employment_Status": _EMPLOYMENT,
    "Has_Unpaid_Carer": _YES_NO,
    "Autism_Spectrum_Disorder_ASD": _YES_NO,
    "Visual_Impairment": _VISUAL,
    "Hearing_Impairment": _HEARING,
    "Dementia": _YES_NO,
    "Client_Funding_Status": _FUNDING,
    "Request_Route_of_Access": (
        (("transition",), "transition"),
        (("diversion",), "diversion-from-hospital"),
        (("discharge", "reablement"), "discharge-from-reablement"),
        (("discharge", "hospital"), "discharge-from-hospital"),
        (("prison",), "prison"),
        (("self", "fund"), "self-funder"),
        (("transfer",), "transfer-from-other-council"),
        (("community",), "community"),
    ),
}
CLIENTS: Final[Rules] = (
    (("service user",), "service-user"),
    (("carer", "association"), "carer-by-association"),
    (("carer",), "carer"),
)
"""Release 1 writes "Carer" where Release 2 writes "Unpaid carer". A carer's row is of the carer's own record."""

GENDERS: Final[Rules] = (
    (("female",), "female"),
    (("male",), "male"),
    (("not specified",), "other"),
    (("indeterminate",), "other"),
    (("other",), "other"),
    (("unknown",), "unknown"),
    (("not known",), "unknown"),
)


@lru_cache(4_096)
def found(rules: Rules, words: str) -> str:
    """The code of a value, "" when no rule fits."""
    tight = same_words(words)
    return next((code for needed, code in rules if all(word in tight for word in needed)), "")


def listed(column: str, words: str) -> Element:
    """A value of one of the person's columns: its own words, and the code where the list has it."""
    code = found(_LISTS[column], words)
    system = local_codes(f"client-level-{column.casefold().replace('_', '-')}")
    return concept(words, coding(system, code))


def dwelling(words: str) -> str:
    """The code of an accommodation status in either release's words, "" when no list has it."""
    return found(ACCOMMODATION, words)
