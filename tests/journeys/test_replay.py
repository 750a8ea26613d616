"""A mapping is wrong, thousands of rows are refused, somebody mends it: nothing was lost, and nothing comes twice.

The source is another distribution's, offered as an entry point, as a place would add one of its own.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from tests.journeys.running import started

ROWS, BAD = 5_200, 5_000

METADATA = "Metadata-Version: 2.1\nName: wolds-hospice\nVersion: 1\n"
ENTRY = "[carerecord.sources]\nhospice = wolds_hospice:make\n"
MODULE = """
from datetime import UTC, datetime, timedelta

from adapters.source import HeadingTerms, Raw, Speaks, Terms
from schemas.codes import Category, Heading
from schemas.contribution import Refusal, Statement, SubjectClaim, Translated
from schemas.identifiers import Identifier, SubjectKey

SERVICES = {"night": "Night sitting"}
AT = datetime(2026, 11, 1, tzinfo=UTC)


class Hospice:
    def __init__(self, name, connection):
        self.folder = connection.folder
        self.terms = Terms(
            source=name, title="Hospice", organisation=connection.organisation, speaks=frozenset({Speaks.DROP}),
            headings=(HeadingTerms(Heading.SERVICES, Category.SOCIAL_CARE),
                      HeadingTerms(Heading.DEMOGRAPHICS, Category.DEMOGRAPHICS)),
            fresh_for=None, silent_after=timedelta(days=30))

    def translate(self, raw):
        row, _, service = raw.content.decode().partition(",")
        if service not in SERVICES:
            return Translated(refusals=(Refusal("service", "is not on the list of values", f"row {row}"),))
        key = SubjectKey(self.terms.organisation, f"hospice-{row}")
        who = {"resourceType": "Patient", "name": [{"family": "Row", "given": [row]}]}
        said = {"resourceType": "ServiceRequest", "status": "active", "intent": "order",
                "code": {"text": SERVICES[service]}}
        return Translated(subjects=(SubjectClaim(key, who),), statements=(
            Statement(key, Identifier("urn:hospice:person", row), who, Category.DEMOGRAPHICS,
                      Heading.DEMOGRAPHICS, AT),
            Statement(key, Identifier("urn:hospice:stay", row), said, Category.SOCIAL_CARE, Heading.SERVICES, AT)))

    async def pull(self, cursor, now):
        done = int(cursor or 0)
        for number, line in enumerate((self.folder / "rows.csv").read_text().splitlines(), 1):
            if number > done:
                yield Raw(self.terms.source, "hospice.row", line.encode(), now, "rows.csv"), str(number)

    async def pull_person(self, ask, now):
        return []

    async def check(self):
        return []


def make(name, connection, http):
    return Hospice(name, connection)
"""


@pytest.fixture
def hospice(folder: Path) -> Path:
    """A distribution beside the product, and what the hospice dropped."""
    (folder / "plugin" / "wolds_hospice-1.dist-info").mkdir(parents=True)
    (folder / "plugin" / "wolds_hospice-1.dist-info" / "METADATA").write_text(METADATA)
    (folder / "plugin" / "wolds_hospice-1.dist-info" / "entry_points.txt").write_text(ENTRY)
    (folder / "plugin" / "wolds_hospice.py").write_text(MODULE)
    (folder / "drop").mkdir()
    services = ["day" if row < BAD else "night" for row in range(ROWS)]
    (folder / "drop" / "rows.csv").write_text("".join(f"{n},{s}\n" for n, s in enumerate(services)))
    return folder


def test_five_thousand_refused_rows_are_read_again_after_the_mapping_was_mended(hospice: Path) -> None:
    with started(hospice, {"PYTHONPATH": str(hospice / "plugin")}) as place:
        with (place.home / "sources.toml").open("a") as table:
            table.write(
                f'\n[source.hospice]\nkind = "hospice"\norganisation = "ZSC01"\nfolder = "{hospice / "drop"}"\n'
            )
        told = place.command("pull", "hospice")
        assert told.stdout == f"{ROWS} raw inputs taken in; {BAD} entries went to review.\n", told.stderr

        still = place.command("replay", "--source", "hospice")
        assert f"{BAD} entries waited before, {BAD} wait after: 0 statements new" in still.stdout

        plugin = hospice / "plugin" / "wolds_hospice.py"
        plugin.write_text(MODULE.replace("SERVICES = {", 'SERVICES = {"day": "Day care", '))
        begun = time.monotonic()
        mended = place.command("replay", "--source", "hospice", "--field", "service")
        took = time.monotonic() - begun
        assert mended.stdout == (
            f"{BAD} entries waited before, 0 wait after: {2 * BAD} statements new, 0 entries still refused.\n"
        )
        assert re.search(rf"{BAD}/{BAD}", mended.stderr), "the bar"
        assert took < 300
        again = place.command("replay", "--source", "hospice")
        assert again.stdout.startswith("0 entries waited before, 0 wait after: 0 statements new")
        assert place.is_ready()
