"""Narrative that could run or fetch something is refused; plain writing passes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.checks.narrative import narrative_fault

OPEN = '<div xmlns="http://www.w3.org/1999/xhtml">'

PLAIN = [
    "<p>Walks with a frame &amp; one person. &#169; &lt;3 steps</p>",
    '<table border="1"><tr><td colspan="2" style="color: red; width: 50%">x</td></tr></table>',
    '<a href="https://example.org/a?b=c">x</a> <a href="#note">y</a> <a name="note"/>',
    '<a href="Patient/p1">x</a><a href="mailto:ward@example.org">w</a><a href="tel:01632960001">t</a>',
    '<img src="#photo" alt="wound"/>',
    '<img src="data:image/png;base64,iVBORw0KGgo=" alt="dot"/>',
    '<p lang="cy" xml:lang="cy" dir="ltr" class="a" id="b" title="c">Bore da</p>',
    "<h2>a</h2><ul><li>b<br/></li></ul><pre>c</pre><dl><dt>d</dt><dd>e</dd></dl><!-- a note -->x",
]

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT>alert(1)</SCRIPT>",
    '<p onclick="alert(1)">x</p>',
    '<img src="#a" onerror="alert(1)"/>',
    '<p style="background: url(https://example.org/x)">x</p>',
    '<p style="background: u\\72l(https://example.org/x)">x</p>',
    '<p style="background: URL (x)">x</p>',
    "<p style=\"background: image-set('x' 1x)\">x</p>",
    '<p style="width: expression(alert(1))">x</p>',
    "<p style=\"@import 'x'\">x</p>",
    '<p style="-moz-binding: x">x</p>',
    '<p style="back/**/ground: x">x</p>',
    '<img src="https://example.org/x.png"/>',
    '<img src="//example.org/x.png"/>',
    '<img src="data:image/svg+xml;base64,PHN2Zz4="/>',
    '<img src="data:text/html;base64,PHN2Zz4="/>',
    '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
    "<svg/>",
    '<math xmlns="http://www.w3.org/1998/Math/MathML"/>',
    '<iframe src="https://example.org"/>',
    '<object data="x"/>',
    '<embed src="x"/>',
    '<applet code="x"/>',
    '<form action="x"><input name="y"/></form>',
    "<button>x</button>",
    '<link rel="stylesheet" href="x"/>',
    '<base href="https://example.org/"/>',
    '<meta http-equiv="refresh" content="0"/>',
    "<style>p { color: red }</style>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java&#10;script:alert(1)">x</a>',
    '<a href="&#1;javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href="vbscript:x">x</a>',
    '<a href="data:text/html,x">x</a>',
    '<a href="file:///etc/passwd">x</a>',
    '<a xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="javascript:x">x</a>',
    "<![CDATA[><script>alert(1)</script>]]>",
    "<!--><script>alert(1)</script>-->",
    "<!---><script>alert(1)</script>-->",
    "<?php echo 1 ?>",
    "<p>&nbsp;</p>",
    "<p>not closed",
    "<p>a & b</p>",
    "",
    "  \n ",
    "<p><br/></p>",
    '<video src="x"/>',
    '<p contenteditable="true">x</p>',
]


@pytest.mark.parametrize("inner", PLAIN)
def test_plain_writing_passes(inner: str) -> None:
    assert narrative_fault(f"{OPEN}{inner}</div>") is None


@pytest.mark.parametrize("inner", HOSTILE)
def test_what_could_run_fetch_or_mislead_is_refused(inner: str) -> None:
    assert narrative_fault(f"{OPEN}{inner}</div>")


@pytest.mark.parametrize(
    "div",
    [
        "<div><p>x</p></div>",
        '<p xmlns="http://www.w3.org/1999/xhtml">x</p>',
        f"{OPEN}x</div>{OPEN}y</div>",
        f'<?xml version="1.0"?>{OPEN}x</div>',
        f'<!DOCTYPE div [<!ENTITY a "b">]>{OPEN}&a;</div>',
        f'<!DOCTYPE div [<!ENTITY a SYSTEM "file:///etc/passwd">]>{OPEN}&a;</div>',
        "plain text",
    ],
)
def test_only_one_xhtml_div_without_document_type_is_narrative(div: str) -> None:
    assert narrative_fault(div)


def test_expanding_entities_are_refused_before_they_expand() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    assert narrative_fault(f'<!DOCTYPE div [<!ENTITY l0 "ha">{levels}]>{OPEN}&l11;</div>') == (
        "has a document type declaration"
    )


@given(st.text(max_size=80))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    fault = narrative_fault(OPEN + text + "</div>")
    assert fault is None or len(fault) < 120


def test_the_reason_names_the_element_and_repeats_no_content() -> None:
    fault = narrative_fault(f'{OPEN}<p>Secret words</p><script src="secret">secret</script></div>')
    assert fault == "holds <script>, which narrative may not"
