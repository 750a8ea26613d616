"""What the looking-up verbs do: each opens the place, asks one thing, and closes it."""

from __future__ import annotations

from datetime import UTC, datetime

from aggregator.access import audit
from aggregator.access.sealing import Verdict, verify
from aggregator.app import open_place
from aggregator.cli import place
from aggregator.intake import feed, review
from consent.explain import explain as in_words
from consent.rehearse import run_examples
from schemas.codes import Interaction
from schemas.errors import BadInput, NotAllowed


async def pull(source: str) -> str:
    async with open_place(place.settings()) as opened:
        if source not in opened.intake.sources:
            raise BadInput("source", f"this place has: {', '.join(sorted(opened.intake.sources))}")
        count, refused = await feed.pull(opened.intake, opened.record, source, insist=True)
    return f"{count} raw inputs taken in; {refused} entries went to review."


async def check() -> list[str]:
    """What is wrong, a line each; empty when all is well."""
    async with open_place(place.settings()) as opened:
        problems = [f"{part} does not answer" for part, good in (await opened.ready()).items() if not good]
        problems += [f"agreement: {failure}" for failure in run_examples(opened.policy)]
        problems += [
            f"agreement: clause {clause} ends on {end:%d %B %Y}"
            for clause, end in opened.policy.lapsing(datetime.now(UTC))
        ]
        for name, source in opened.intake.sources.items():
            problems += [f"source {name}: {line}" for line in await source.check()]
    return problems


async def replay(raw: str, source: str, field: str, reason: str) -> str:
    """Read refused input again with a bar of progress, and say how many entries waited before and after."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    choice = review.Choice(raw_id=raw, source=source, field=field, reason=reason)
    async with open_place(place.settings()) as opened:
        run_id = await review.ask(opened.record, choice, "command")
        columns = (TextColumn("entries read again"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True)) as progress:
            bar = progress.add_task("replay", total=None)
            async for run in review.read_again(opened.intake, opened.record, run_id):
                progress.update(bar, total=run.total, completed=run.done)
    return (
        f"{run.total} entries waited before, {run.after} wait after: {run.kept} statements new,"
        f" {run.still_refused} entries still refused."
    )


async def explain(person: str, token: str) -> list[str]:
    async with open_place(place.settings()) as opened:
        caller = await opened.callers.of_token(token)
        if "privacy" not in caller.activities:
            raise NotAllowed("Why something is or is not shown is explained to privacy officers only.")
        looked = await opened.records.look(caller, person, Interaction.RECORD, refresh=False)
        await opened.statements.audited(
            looked.decision.decided_at, person, audit.of_decision(looked.decision, "explained")
        )
        return in_words(looked.decision, opened.policy)


async def revoke(user: str, role: str) -> str:
    async with open_place(place.settings()) as opened:
        now = datetime.now(UTC)
        await opened.statements.audited(now, "", audit.body(None, "revoke", "written", user=user, role=role))
        await opened.gate.revoke(user, role)
    return "From now on no token of theirs opens anything" + (f" in the role {role}." if role else ".")


async def verify_audit(head: str) -> Verdict:
    partner = None
    if head:
        size, _, root = head.partition(":")
        try:
            partner = (int(size), bytes.fromhex(root))
        except ValueError:
            raise BadInput("head", "write SIZE:ROOT, the root in hexadecimal") from None
    async with open_place(place.settings()) as opened:
        return await verify(opened.record, opened.secrets, partner)
