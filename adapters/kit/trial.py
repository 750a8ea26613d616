"""Trying a configured source where it is, and saying in plain words what to mend.

From the outside inwards, and no further than the first thing that is wrong: settings, the way there (name,
port, certificate), what the source itself finds when it asks, clocks, and some examples read and translated.
Nothing is kept and nothing is shown of what the examples say: fields, reasons and headings only.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

import httpx

from adapters.connection import Connection
from adapters.kit.contract import SKEW
from adapters.source import Raw, Source, SourceDown, Speaks
from schemas.checks import refusals
from schemas.codes import Heading
from schemas.contribution import Translated

EXAMPLES: Final = 20
"""Raw inputs that are read and translated."""

_INDEX: Final = re.compile(r"\[[0-9]+\]")


def plain(field: str) -> str:
    """A field's name without its place in a list, so that the same refusal is counted and not repeated."""
    return _INDEX.sub("[]", field)


@dataclass(frozen=True, slots=True)
class Trial:
    """``problems``: each says what to mend. ``remarks``: what was seen, or could not be tried from here."""

    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


class Clock:
    """Watches a client's answers for how far the clock of a system is from ours."""

    def __init__(self) -> None:
        self._apart: list[float] = []

    def watch(self, client: httpx.AsyncClient) -> None:
        client.event_hooks["response"].append(self._seen)

    async def _seen(self, response: httpx.Response) -> None:
        with suppress(KeyError, TypeError, ValueError):
            told = parsedate_to_datetime(response.headers["date"])
            self._apart.append((told.replace(tzinfo=told.tzinfo or UTC) - datetime.now(UTC)).total_seconds())

    def problems(self) -> list[str]:
        seconds = min(self._apart, key=abs, default=0.0)
        if abs(seconds) <= SKEW.total_seconds():
            return []
        where = "ahead of" if seconds > 0 else "behind"
        return [f"its clock is {abs(seconds) / 60:.0f} minutes {where} ours: set both by a time server"]


async def try_out(source: Source, connection: Connection, clock: Clock, now: datetime) -> Trial:
    """Try one source. ``clock`` watches the client that the source was made with."""
    problems = connection.problems() + _missing(source, connection)
    if not problems and connection.url:
        problems = await _way_there(connection)
    if not problems:
        problems = await source.check()
    problems += clock.problems()
    if problems:
        return Trial(tuple(problems))
    if not source.terms.speaks & {Speaks.PULL, Speaks.DROP}:
        return Trial(remarks=("it sends by itself: from here nothing more can be tried",))
    return await _examples(source, now)


def _missing(source: Source, connection: Connection) -> list[str]:
    speaks = source.terms.speaks
    if Speaks.PULL in speaks and not connection.url:
        return ["it is asked, but has no url"]
    if Speaks.DROP in speaks and connection.folder is None:
        return ["its files are dropped, but it has no folder"]
    return []


async def _way_there(connection: Connection) -> list[str]:
    """Name, port and certificate, tried with nothing said."""
    address = urlsplit(connection.url)
    host, secure = address.hostname or "", address.scheme == "https"
    port = address.port or (443 if secure else 80)
    try:
        async with asyncio.timeout(connection.deadline):
            _, writer = await asyncio.open_connection(
                host, port, ssl=ssl.create_default_context() if secure else None
            )
    except socket.gaierror:
        return ["the name of its host is not known here: look at the url, or at DNS"]
    except ssl.SSLCertVerificationError as error:
        return [
            f"its certificate is not accepted ({error.verify_message}): have it renewed, or its issuer added"
        ]
    except ssl.SSLError:
        return ["it does not speak TLS on this port: look at the url's port and at https://"]
    except ConnectionRefusedError:
        return ["nobody listens on its port: is it running, is the port right?"]
    except TimeoutError:
        return [f"its port did not answer within {connection.deadline:g} s: is a firewall between us?"]
    except OSError as error:
        return [f"it cannot be reached from here ({type(error).__name__})"]
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return []


async def _examples(source: Source, now: datetime) -> Trial:
    raws: list[Raw] = []
    try:
        async for raw, _ in source.pull("", now):
            raws.append(raw)
            if len(raws) == EXAMPLES:
                break
    except SourceDown as down:
        return Trial((f"reading what changed: it {down.reason}",))
    if not raws:
        return Trial(
            remarks=("it has told of nobody yet, or is asked for one person at a time: no example read",)
        )
    return judge(source, [source.translate(raw) for raw in raws])


def judge(source: Source, told: list[Translated]) -> Trial:
    """What translated examples show of a mapping: refusals by field, bad R4, headings never seen."""
    statements = [s for one in told for s in one.statements]
    refused = Counter((plain(r.field), r.reason) for one in told for r in one.refusals)
    refused += Counter((plain(r.field), r.reason) for s in statements for r in refusals(s))
    problems = [
        f"refused: {field} {reason}" + (f" ({times} times)" if times > 1 else "")
        for (field, reason), times in refused.most_common()
    ]
    seen = {(s.heading, s.category) for s in statements}
    held = {(h.heading, h.category) for h in source.terms.headings}
    problems += [
        f"its terms do not declare {heading}, {category}" for heading, category in sorted(seen - held)
    ]
    remarks = [f"{len(told)} examples read: {len(statements)} statements"]
    absent = [h for h in Heading if h in {h for h, _ in held} - {h for h, _ in seen}]
    if absent:
        remarks.append(f"declared, but in none of the examples: {', '.join(absent)}")
    return Trial(tuple(problems), tuple(remarks))
