"""The passport on paper: one PDF that is PDF/UA-1 and PDF/A-3a at once, with the FHIR document inside.

typst lays it out from ``passport.typ`` and refuses what a reader would miss: a glyph that no font has, a
picture without words. What may be printed was decided before; what is printed here is the sheet, no more.
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import segno
import typst
from fontTools.ttLib import TTFont

from aggregator.care.passport import wording as w
from aggregator.care.passport.script import Script
from aggregator.care.passport.sections import SECTIONS
from schemas.errors import Fault
from schemas.passport import TITLE, Section, Sheet

_HERE = Path(__file__).parent
FONTS = _HERE / "fonts"
DOCUMENT_NAME = "passport.fhir.json"
CODE_NAME = "passport-code.txt"
_LOOKED_FOR = frozenset(kind.key for kind in SECTIONS if kind.gap)
STANDARDS: Final[list[Literal["a-3a", "ua-1"]]] = ["a-3a", "ua-1"]


@dataclass(frozen=True, slots=True)
class Imprint:
    """What the print says of itself: who printed it and when; a sealed one also which it is."""

    place: str
    printed_by: str
    printed_at: datetime
    sender: str = ""
    recipient: str = ""
    version: int = 0
    expires_at: datetime | None = None
    code: str = ""  # "" for a draft: no seal, no QR
    digest: str = ""


class Press:
    """Keeps fonts and compiler warm: the first print of a process takes longest. Not for two threads at once."""

    def __init__(self, fonts: Path = FONTS) -> None:
        self._covered = _covered(fonts)
        self._template = (_HERE / "passport.typ").read_bytes()
        found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)])
        self._compiler = typst.Compiler(font_paths=found, ignore_system_fonts=True)

    def print(self, sheet: Sheet, document: bytes, imprint: Imprint) -> bytes:
        """The PDF of a sheet. ``document`` is the FHIR document for paper, attached as it is."""
        script = Script(self._covered)
        told = _shown(_told(sheet, imprint), script)
        told["romanised"] = script.changed
        try:
            made = self._compiler.compile(
                self._template,
                format="pdf",
                pdf_standards=[*STANDARDS],
                timestamp=imprint.printed_at.astimezone(UTC).replace(microsecond=0),
                sys_inputs={
                    "told": json.dumps(told),
                    "document": document.decode(),
                    "code": imprint.code,
                    "qr": _qr(imprint.code) if imprint.code else "",
                },
            )
        except typst.TypstError:
            # Its text may quote the sheet, so it goes nowhere.
            raise Fault("the passport could not be laid out") from None
        assert isinstance(made, bytes)
        return made


def _told(sheet: Sheet, imprint: Imprint) -> dict[str, Any]:
    return {
        "title": TITLE,
        "place": imprint.place,
        "draft": not imprint.code,
        "banner": asdict(sheet.banner),
        "notices": list(sheet.notices),
        "sections": [
            asdict(s) | {"empty": s.empty.value if s.empty else ""} for s in sheet.sections if _printed(s)
        ],
        "missing": list(sheet.missing),
        "made": w.moment(sheet.made_at),
        # A sender's or receiver's name is where the person is.
        "sender": "" if sheet.location_restricted else imprint.sender,
        "recipient": "" if sheet.location_restricted else imprint.recipient,
        "printed_by": imprint.printed_by,
        "printed": w.moment(imprint.printed_at),
        "version": imprint.version,
        "expires": w.day(imprint.expires_at) if imprint.expires_at else "",
        "digest": imprint.digest,
    }


def _printed(section: Section) -> bool:
    """Paper is short: an empty heading stands where a receiver would look for it, the rest among the gaps."""
    return bool(section.lines) or section.key in _LOOKED_FOR


def _shown(value: Any, script: Script) -> Any:
    if isinstance(value, str):
        return script.shown(value)
    if isinstance(value, dict):
        return {k: _shown(v, script) for k, v in value.items()}
    return [_shown(v, script) for v in value] if isinstance(value, list | tuple) else value


def _qr(code: str) -> str:
    out = io.BytesIO()
    segno.make_qr(code, error="m").save(out, kind="svg", xmldecl=False, border=2, scale=4)
    return out.getvalue().decode()


@cache
def _covered(fonts: Path) -> frozenset[int]:
    """Code points that every weight has a glyph for."""
    by_weight: dict[int, set[int]] = {}
    for path in sorted(fonts.glob("*.ttf")):
        with TTFont(path) as font:
            by_weight.setdefault(int(font["OS/2"].usWeightClass), set()).update(font.getBestCmap())
    if not by_weight:
        raise Fault("the passport's fonts are not built: run assets/build.py")
    return frozenset(set.intersection(*by_weight.values()))
