"""The verbs of ``carerecord``, one small function each. What takes time to import is imported inside."""

from __future__ import annotations

import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    name="carerecord",
    help="A shared care record for a place. Example: carerecord demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

TokenFile = Annotated[Path, typer.Option(help="File with a bearer token, as `carerecord token` prints it.")]


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run one command's work; what the place refuses or cannot do is said in a sentence."""
    import asyncio

    from aggregator.cli import logs
    from schemas.errors import CareRecordError

    logs.configure(level=40)
    try:
        return asyncio.run(work)
    except CareRecordError as refused:
        sys.exit(refused.text)


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the web door.")] = 8080,
    mllp_port: Annotated[int, typer.Option(help="Port of the HL7 v2 door.")] = 2575,
    people: Annotated[int, typer.Option(help="How many people live in the place (12 to 100,000).")] = 60,
    seed: Annotated[int, typer.Option(help="Seed of the generated lives.")] = 1,
) -> None:
    """Run the demo place, with its simulated source systems, until Ctrl-C.

    Example: carerecord demo --port 8080
    """
    from aggregator.cli.demonstration import run

    run(port=port, mllp_port=mllp_port, people=people, seed=seed)


@app.command()
def serve() -> None:
    """Run a place from its settings (CARERECORD_...) until it is told to stop.

    Example: CARERECORD_ISSUER=https://signin.example CARERECORD_MASTER_KEY_FILE=... carerecord serve
    """
    from aggregator.cli.supervision import serve as run

    run()


@app.command(hidden=True)
def process(name: str) -> None:
    """One process of a place: web, listen or work. Example: carerecord process work"""
    from aggregator.cli import processes

    {"web": processes.web, "listen": processes.listen, "work": processes.work}[name]()


@app.command()
def work() -> None:
    """Run only the timed work of a place: pulls, relay, sealing.

    Example: carerecord work
    """
    from aggregator.cli import processes

    processes.work()


@app.command()
def migrate() -> None:
    """Bring both databases to the newest schema.

    Example: carerecord migrate
    """
    from aggregator.cli import place
    from aggregator.store.migrations.run import migrate as bring

    settings = place.settings()
    bring(settings.database_url, "record")
    bring(settings.keys_url, "keys")
    typer.echo("Both databases have the newest schema.")


@app.command()
def pull(source: Annotated[str, typer.Argument(help="Name of the source.")]) -> None:
    """Take in what one source has new.

    Example: carerecord pull housing
    """
    from aggregator.cli import inquiries

    typer.echo(_run(inquiries.pull(source)))


@app.command()
def new_source(
    name: Annotated[str, typer.Argument(help="Kind of the new source: small letters, digits, dashes.")],
    folder: Annotated[Path | None, typer.Option(help="Where to put it; a folder named after it.")] = None,
) -> None:
    """Lay out a source of one's own that works as it stands and passes the contract suite.

    Example: carerecord new-source hospice
    """
    from adapters.kit.distribution import CannotLayOut, lay_out

    try:
        written = lay_out(name, folder or Path(name))
    except CannotLayOut as refused:
        sys.exit(f"{refused}.")
    for path in written:
        typer.echo(path)


@app.command()
def check(
    source: Annotated[str, typer.Argument(help="Name of one source, to be tried through and through.")] = "",
) -> None:
    """Try the stores, the agreement and every source; say what to mend. Exit 1 when something is wrong.

    With a source: only that one, but its settings, the way there, its answers, its clock, and some
    examples translated. Example: carerecord check housing
    """
    from aggregator.cli import inquiries, onboarding

    if source:
        trial = _run(onboarding.try_source(source))
        problems, remarks = trial.problems, trial.remarks
    else:
        problems, remarks = _run(inquiries.check()), ()
    for line in (*remarks, *problems):
        typer.echo(line)
    if problems:
        raise typer.Exit(1)
    typer.echo("All is well.")


@app.command()
def compare_feeds(
    old: Annotated[str, typer.Argument(help="A source of this place, or NAME=FOLDER.")],
    new: Annotated[str, typer.Argument(help="Another one, or NAME=FOLDER.")],
    allow: Annotated[float, typer.Option(help="Facts that may differ, in percent of all.")] = 0.0,
    form: Annotated[str, typer.Option(help="Layout of the files of a folder.")] = "hl7v2",
) -> None:
    """Compare two feeds of one source before a switch: counts, never who. Exit 1 when too much differs.

    Example: carerecord compare-feeds housing housing-new --allow 0.5
    """
    from aggregator.cli import onboarding

    parity = _run(onboarding.compare_feeds(old, new, form))
    for line in parity.lines():
        typer.echo(line)
    if parity.share > allow or not parity.facts:  # two feeds that tell nothing are not alike
        raise typer.Exit(1)


@app.command()
def token(
    user: Annotated[str, typer.Argument(help="A person or system of the demo place.")],
    purpose: Annotated[str, typer.Option(help="Stated purpose of use.")] = "direct_care",
) -> None:
    """Print a bearer token of the demo place that runs in this home.

    Example: carerecord token dr.patel
    """
    from aggregator.cli.demonstration import token as ask

    typer.echo(ask(user, purpose))


@app.command()
def replay(
    raw: Annotated[
        str, typer.Argument(help="Id of one raw input; without it, everything open in review that fits.")
    ] = "",
    source: Annotated[str, typer.Option(help="Only what this source sent.")] = "",
    field: Annotated[str, typer.Option(help="Only what was refused for this field.")] = "",
    reason: Annotated[str, typer.Option(help="Only what was refused for this reason.")] = "",
) -> None:
    """Read refused raw input again, after a mapping was mended. Reading twice adds nothing.

    Example: carerecord replay --source social-care-returns --field Service_Component
    """
    from aggregator.cli import inquiries

    typer.echo(_run(inquiries.replay(raw, source, field, reason)))


@app.command()
def explain(
    person: Annotated[str, typer.Argument(help="Person id, as in the URL of the record page.")],
    token_file: TokenFile,
) -> None:
    """Say in plain sentences what this caller may see of a person, by which rules.

    Example: carerecord explain 4f2a... --token-file token.txt
    """
    from aggregator.cli import inquiries

    for line in _run(inquiries.explain(person, token_file.read_text().strip())):
        typer.echo(line)


@app.command()
def revoke(
    user: Annotated[str, typer.Argument(help="User id, as in the token's `sub`.")],
    role: Annotated[str, typer.Option(help="Only this role of theirs.")] = "",
) -> None:
    """Take a user, or one role of theirs, out at once, whatever their tokens still say.

    Example: carerecord revoke dr.patel --role doctor
    """
    from aggregator.cli import inquiries

    typer.echo(_run(inquiries.revoke(user, role)))


@app.command()
def verify_audit(
    head: Annotated[str, typer.Option(help="A head that a partner kept: SIZE:ROOT in hexadecimal.")] = "",
) -> None:
    """Recompute every audit chain, the sealed tree and its signed heads; name the first bad place.

    Example: carerecord verify-audit
    """
    from aggregator.cli import inquiries

    verdict = _run(inquiries.verify_audit(head))
    if verdict.bad:
        typer.echo(f"NOT GENUINE: {verdict.bad}")
        raise typer.Exit(1)
    typer.echo(
        f"Genuine: {verdict.rows} rows, {verdict.heads} signed heads, {verdict.unsealed} not sealed yet."
    )
