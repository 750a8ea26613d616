"""Narrative: is this XHTML safe to keep, and later to show?

What lives here: the subset that R4 allows (https://hl7.org/fhir/R4/narrative.html, txt-1 and txt-2), and
stricter than it where a page would fetch something: images from outside and CSS ``url()`` are refused,
because opening a record must not tell anyone that it was opened. What does not: showing it.

Nothing is cleaned: what is refused is refused whole, so that what is kept is what was sent.
"""

from __future__ import annotations

import re
from xml.parsers import expat

XHTML = "http://www.w3.org/1999/xhtml"

# HTML 4.0 chapters 7-11 (without 9.4) and 15, a, and images.
_ELEMENT_NAMES = """
    a abbr acronym address area b bdo big blockquote br caption cite code col colgroup dd del dfn div dl dt em
    h1 h2 h3 h4 h5 h6 hr i img ins kbd li map ol p pre q s samp small span strike strong sub sup table tbody
    td tfoot th thead tr tt u ul var
"""
_ATTRIBUTE_NAMES = """
    abbr accesskey align alt axis bgcolor border cellpadding cellspacing char charoff charset cite class clear
    colspan compact coords datetime dir frame headers height href hreflang id ismap lang longdesc name nohref
    noshade nowrap rel rev rowspan rules scope shape size span src start style summary tabindex title type
    usemap valign value width
"""
_ELEMENTS = frozenset(_ELEMENT_NAMES.split())
_ATTRIBUTES = frozenset(_ATTRIBUTE_NAMES.split())
_XML_ATTRIBUTES = frozenset(
    f"http://www.w3.org/XML/1998/namespace {name}" for name in ("lang", "space", "id")
)
_LINKS = frozenset(("cite", "href", "longdesc", "src", "usemap"))
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.\-]*):")
_SAFE_SCHEMES = frozenset(("http", "https", "mailto", "tel", "urn"))
_INNER_IMAGE = re.compile(r"#|data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=\s]*\Z")
# An escape or a comment can hide any of the others, so both go too.
_UNSAFE_STYLE = re.compile(
    r"[\\@]|/\*|(?:url|image|image-set|expression)\s*\(|behaviou?r|binding|script:", re.I
)
_SPACE = re.compile(r"[\x00-\x20\x7f]")


class _Unfit(Exception):
    """Carries the reason out of the parser's callbacks."""


def narrative_fault(div: str) -> str | None:
    """Why ``text.div`` is refused, or None. The reason names elements and attributes, never content."""
    state = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    # Before anything else: no document type, so no entities to expand and nothing to fetch.
    parser.StartDoctypeDeclHandler = state.doctype
    parser.ProcessingInstructionHandler = state.instruction
    parser.XmlDeclHandler = state.instruction
    parser.StartCdataSectionHandler = state.cdata
    parser.CommentHandler = state.comment
    parser.StartElementHandler = state.start
    parser.EndElementHandler = state.end
    parser.CharacterDataHandler = state.text
    try:
        parser.Parse(div, True)
    except _Unfit as unfit:
        return str(unfit)
    except expat.ExpatError as error:
        return f"is not well-formed XHTML (line {error.lineno}, column {error.offset + 1})"
    return None if state.says_something else "says nothing"


class _Reader:
    def __init__(self) -> None:
        self.depth = 0
        self.says_something = False

    def doctype(self, *_: object) -> None:
        raise _Unfit("has a document type declaration")

    def instruction(self, *_: object) -> None:
        raise _Unfit("has a processing instruction")

    def cdata(self) -> None:
        # XML reads it as text, a browser's HTML parser as a comment that ends at the first ">".
        raise _Unfit("has a CDATA section")

    def comment(self, data: str) -> None:
        if data.startswith((">", "->")):  # to HTML that comment is over already
            raise _Unfit("has a comment that HTML reads otherwise")

    def text(self, data: str) -> None:
        if not self.says_something and not data.isspace():
            self.says_something = True

    def end(self, _: str) -> None:
        self.depth -= 1

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, element = name.rpartition(" ")
        if self.depth == 0 and (namespace, element) != (XHTML, "div"):
            raise _Unfit("is not a div in the XHTML namespace")
        if namespace != XHTML or element not in _ELEMENTS:
            raise _Unfit(f"holds <{_shown(element)}>, which narrative may not")
        self.depth += 1
        for attribute, value in attributes.items():
            if attribute not in _ATTRIBUTES and attribute not in _XML_ATTRIBUTES:
                raise _Unfit(f"holds the attribute {_shown(attribute)}, which narrative may not")
            if attribute == "style" and _UNSAFE_STYLE.search(value):
                raise _Unfit("has a style that could fetch or run something")
            if attribute in _LINKS:
                _check_link(element, attribute, value)
        if element == "img":
            self.says_something = True


def _check_link(element: str, attribute: str, value: str) -> None:
    if element == "img" and attribute == "src":
        if not _INNER_IMAGE.match(value):
            raise _Unfit("has an image from outside")
        return
    # Browsers drop white space and control characters inside a scheme.
    target = _SPACE.sub("", value)
    scheme = _SCHEME.match(target)
    if scheme and scheme[1].lower() not in _SAFE_SCHEMES:
        raise _Unfit(f"has a {attribute} of a kind that could run something")


def _shown(name: str) -> str:
    name = name.rpartition(" ")[2]
    return name if re.fullmatch(r"[A-Za-z][A-Za-z0-9\-]{0,30}", name) else "?"
