"""`carerecord check SOURCE` says in plain words what to mend, from the outside inwards, and names nobody."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters import registry
from adapters.connection import KEYS, BadSource, Connection, read
from adapters.kit.trial import Clock, Trial, judge, try_out
from adapters.registry import UnknownKind
from schemas.contribution import Refusal, Translated
from tests.contracts import test_source
from tests.house.source_tree import ROOT

PLAYED = test_source.TestSocialCare()
Answer = Callable[[httpx.Request], httpx.Response]


@contextmanager
def serving(answer: Answer, apart: timedelta = timedelta(), tls: Path | None = None) -> Iterator[str]:
    """A system on a port of this machine; the base of its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            told = answer(httpx.Request(self.command, f"http://x{self.path}", content=body))
            self.send_response_only(told.status_code)
            self.send_header("date", format_datetime(datetime.now(UTC) + apart, usegmt=True))
            self.send_header("content-type", told.headers.get("content-type", "text/plain"))
            self.send_header("content-length", str(len(told.content)))
            self.end_headers()
            self.wfile.write(told.content)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None: ...

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None: ...

    with Quiet(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def tried(connection: Connection, kind: str = "social-care") -> Trial:
    async def work() -> Trial:
        clock = Clock()
        async with httpx.AsyncClient(trust_env=False) as http:
            clock.watch(http)
            source = registry.make(kind, kind, connection, http)
            return await try_out(source, connection, clock, datetime.now(UTC))

    return asyncio.run(work())


def at(url: str, **more: Any) -> Connection:
    return Connection("ZSC01", url=url, deadline=1.0, **more)


def problem(connection: Connection, kind: str = "social-care") -> str:
    (said,) = tried(connection, kind).problems
    return said


def test_a_good_source_has_nothing_to_mend_and_tells_which_headings_were_never_seen() -> None:
    file = {k: v for k, v in PLAYED.file.items() if k != "equipment"}
    with serving(lambda r: PLAYED._system(r, file)) as url:
        trial = tried(at(url))
    assert trial.problems == ()
    assert trial.remarks[0].startswith("1 examples read: ")
    assert trial.remarks[1].startswith("declared, but in none of the examples: ")
    assert "equipment" in trial.remarks[1]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda _: httpx.Response(401, json={}), "refused our key (401)"),
        (lambda _: httpx.Response(200, html="<p>Welcome</p>"), "answered with something that is not JSON"),
        (lambda _: httpx.Response(200, json={"items": []}), "sent a list of changes that is not as agreed"),
        (lambda _: httpx.Response(500, json={}), "answered 500"),
    ],
    ids=["key", "type", "layout", "status"],
)
def test_an_answer_that_is_not_as_agreed_is_said_in_words(answer: Answer, said: str) -> None:
    with serving(answer) as url:
        assert problem(at(url)) == said


@pytest.mark.parametrize("minutes", [6, -90])
def test_a_clock_more_than_five_minutes_off_is_told(minutes: int) -> None:
    with serving(PLAYED.answer, timedelta(minutes=minutes)) as url:
        said = problem(at(url))
    assert said.startswith(
        f"its clock is {abs(minutes)} minutes {'ahead of' if minutes > 0 else 'behind'} ours"
    )


def test_a_clock_four_minutes_off_is_no_matter() -> None:
    with serving(PLAYED.answer, timedelta(minutes=-4)) as url:
        assert tried(at(url)).problems == ()


def test_a_refused_field_is_told_by_name_and_reason_and_never_by_value() -> None:
    alerts = [a | {"mood": "Alan Formerly"} for a in PLAYED.file["alerts"]]
    with serving(lambda r: PLAYED._system(r, PLAYED.file | {"alerts": alerts})) as url:
        trial = tried(at(url))
    (said,) = trial.problems
    assert said.startswith("refused: alerts[].mood is a field that this mapping does not know")
    assert not any(value in " ".join([said, *trial.remarks]) for value in PLAYED.private)


def test_what_the_terms_do_not_declare_is_told() -> None:
    source = PLAYED.offline()
    told = source.translate(PLAYED.inputs()[0])
    held = registry.make("gp", "gp", Connection("ZSC01"), httpx.AsyncClient())
    assert "its terms do not declare home, social-care" in judge(held, [told]).problems


def test_the_same_refusal_is_counted_and_not_repeated() -> None:
    told = Translated(refusals=tuple(Refusal(f"alerts[{n}].kind", "is missing") for n in range(3)))
    assert judge(PLAYED.offline(), [told]).problems == ("refused: alerts[].kind is missing (3 times)",)


def test_a_port_on_which_nobody_listens_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert problem(at(f"http://127.0.0.1:{free.getsockname()[1]}")).startswith(
            "nobody listens on its port"
        )


def test_a_name_that_is_not_known_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert "DNS" in problem(at("https://source.example"))


def test_a_certificate_that_nobody_vouches_for_is_told(tmp_path: Path) -> None:
    with serving(PLAYED.answer, tls=certificate(tmp_path)) as url:
        assert problem(at(url)).startswith("its certificate is not accepted (self-signed certificate)")


def test_a_port_that_does_not_speak_tls_is_told() -> None:
    with serving(PLAYED.answer) as url:
        assert "does not speak TLS" in problem(at(url.replace("http:", "https:")))


def test_a_port_that_hangs_is_told_within_the_deadline() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(1)
        said = problem(at(f"https://127.0.0.1:{deaf.getsockname()[1]}"))
    assert said.startswith("its port did not answer within 1 s")


def test_settings_are_looked_at_before_anybody_is_asked(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("k")
    key.chmod(0o644)
    assert "mode to 0600" in problem(at("http://127.0.0.1:1", secret_file=key))
    key.chmod(0o600)
    assert "in clear" in problem(at("http://source.example", secret_file=key))
    assert "the url is not one" in problem(at("source.example"))
    assert problem(Connection("ZSC01")) == "it is asked, but has no url"
    assert (
        problem(Connection("ZSC01"), "social-care-returns") == "its files are dropped, but it has no folder"
    )


def test_a_source_that_sends_by_itself_cannot_be_tried_from_here() -> None:
    trial = tried(Connection("ZAC01"), "acute")
    assert trial.problems == ()
    assert "sends by itself" in trial.remarks[0]


def certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem)
    )
    return path


SOURCES = """
[source."homes"]
kind = "housing"
organisation = "ZHO01"
url = "https://housing.example/api"
deadline = 2
providers = { "1-1" = "ZHC01" }
"""


def configured(folder: Path, text: str) -> dict[str, tuple[str, Connection]]:
    (folder / "sources.toml").write_text(text)
    return read(folder / "sources.toml")


def test_the_sources_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    assert configured(tmp_path, SOURCES) == {
        "homes": (
            "housing",
            Connection("ZHO01", url="https://housing.example/api", deadline=2, providers={"1-1": "ZHC01"}),
        )
    }
    assert read(tmp_path / "none.toml") == {}


@pytest.mark.parametrize(
    ("was", "becomes", "key"),
    [
        ("deadline", "dead_line", "dead_line is a key that nobody knows"),
        ("deadline = 2", 'deadline = "2"', "deadline is not"),
        ("deadline = 2", "deadline = true", "deadline is not"),
        ('organisation = "ZHO01"', "", "organisation is missing"),
        ('kind = "housing"', "", "kind is missing"),
        ("[source", "[sources", "something else"),
        ('"homes"]', '"homes"', "is not TOML"),
    ],
)
def test_what_cannot_be_a_source_is_refused_by_name_and_key(
    was: str, becomes: str, key: str, tmp_path: Path
) -> None:
    with pytest.raises(BadSource, match=key):
        configured(tmp_path, SOURCES.replace(was, becomes))


def test_every_key_of_a_source_is_on_the_page_of_the_sources() -> None:
    page = (ROOT / "docs/reference/sources.md").read_text()
    rows = {
        key
        for row in re.findall(r"(?m)^\| (`[a-z_`, ]+) \|", page)
        for key in re.findall(r"`([a-z_]+)`", row)
    }
    assert set(KEYS) <= rows


def test_a_kind_that_nobody_offers_is_refused_naming_those_there_are() -> None:
    with pytest.raises(UnknownKind, match="housing"):
        registry.make("x", "astrology", Connection("ZHO01"), httpx.AsyncClient())
