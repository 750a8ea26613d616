"""Turn what npm installed into what the application serves and prints with.

Three outputs, all git-ignored and all included in the wheel:

* ``schemas/r4/fhir.schema.json``: the published R4 JSON schema.
* ``aggregator/doors/web/static/vendor/``: nhsuk-frontend style sheet and script, htmx. The two font
  rules of nhsuk-frontend are taken out: Frutiger needs a licence and would be fetched from outside.
* ``aggregator/care/passport/fonts/``: Atkinson Hyperlegible as TTF, because typst reads no WOFF.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
NPM = ROOT / "node_modules"
FONT_FACE = re.compile(rb"@font-face\s*\{[^}]*\}")


def fhir_schema() -> None:
    target = ROOT / "schemas" / "r4"
    target.mkdir(parents=True, exist_ok=True)
    source = NPM / "@asymmetrik" / "fhir-json-schema-validator"
    shutil.copy(source / "fhir.schema.json", target / "fhir.schema.json")
    shutil.copy(source / "LICENSE", target / "LICENSE")


def viewer() -> None:
    target = ROOT / "aggregator" / "doors" / "web" / "static" / "vendor"
    target.mkdir(parents=True, exist_ok=True)
    dist = NPM / "nhsuk-frontend" / "dist" / "nhsuk"
    css = (dist / "nhsuk-frontend.min.css").read_bytes()
    stripped, rules = FONT_FACE.subn(b"", css)
    if rules == 0 or b"assets.nhs.uk" in stripped:
        raise SystemExit("nhsuk-frontend changed its font rules: look at assets/build.py")
    (target / "nhsuk-frontend.min.css").write_bytes(re.sub(rb"/\*# sourceMappingURL[^*]*\*/", b"", stripped))
    script = (dist / "nhsuk-frontend.min.js").read_bytes()
    (target / "nhsuk-frontend.min.js").write_bytes(re.sub(rb"(?m)^//# sourceMappingURL.*$", b"", script))
    shutil.copy(NPM / "htmx.org" / "dist" / "htmx.min.js", target / "htmx.min.js")
    for package in ("nhsuk-frontend", "htmx.org"):
        for licence in (NPM / package).glob("LICEN*"):
            shutil.copy(licence, target / f"{package}.LICENSE.txt")


def passport_fonts() -> None:
    target = ROOT / "aggregator" / "care" / "passport" / "fonts"
    target.mkdir(parents=True, exist_ok=True)
    source = NPM / "@fontsource" / "atkinson-hyperlegible"
    for woff in sorted((source / "files").glob("*-latin*-normal.woff2")):
        font = TTFont(woff)
        font.flavor = None
        font.save(target / f"{woff.stem}.ttf")
    shutil.copy(source / "LICENSE", target / "LICENSE")


if __name__ == "__main__":
    viewer()
    passport_fonts()
    fhir_schema()
    print("assets built")
