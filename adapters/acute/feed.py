"""The hospital as a source: it sends, nobody asks it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from adapters.acute.translate import Sender, translate
from adapters.source import Ask, Raw, Terms
from adapters.terms import load
from schemas.contribution import Refusal, Translated

FORM: Final = "hl7v2"


@dataclass(frozen=True, slots=True)
class HospitalFeed:
    """A ``Source`` whose input comes by MLLP, or by POST and file in the same form ("hl7v2")."""

    sender: Sender
    title: str = ""
    name: str = "acute"

    @property
    def terms(self) -> Terms:
        organisation = self.sender.organisation
        return load("adapters.acute", "acute", source=self.name, organisation=organisation, title=self.title)

    def translate(self, raw: Raw) -> Translated:
        """Pure. Never raises for bad input."""
        if raw.form != FORM:
            return Translated(refusals=(Refusal("form", "is not an HL7 v2 message"),))
        return translate(raw.content, self.sender)

    async def pull(self, cursor: str, now: datetime) -> AsyncIterator[tuple[Raw, str]]:
        """Nothing to pull: the stream brings what there is."""
        nothing: tuple[tuple[Raw, str], ...] = ()
        for never in nothing:
            yield never

    async def pull_person(self, ask: Ask, now: datetime) -> list[Raw]:
        return []

    async def check(self) -> list[str]:
        """A stream shows that it is alive by speaking (``terms.silent_after``); there is nothing to try."""
        return []
