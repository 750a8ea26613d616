"""Delimited files: a missing column refuses all, a bad row refuses itself, a cut keeps nothing of half a row."""

from __future__ import annotations

import contextlib
import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.wire.tabular import BadRow, BadTable, Row, parts, read

NEEDED = ("Person_ID", "Start")


def table(*rows: list[str], header: tuple[str, ...] = NEEDED) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def values(content: bytes) -> list[tuple[str, ...]]:
    return [tuple(r.values.values()) for r in read(content, NEEDED) if isinstance(r, Row)]


def test_a_byte_order_mark_and_windows_letters_are_read() -> None:
    assert values(b"\xef\xbb\xbfPerson_ID,Start\r\n1,caf\xc3\xa9\r\n") == [("1", "café")]
    assert values(b"Person_ID,Start\r\n1,caf\xe9\r\n") == [("1", "café")]


def test_sixteen_bit_files_are_refused_in_plain_words() -> None:
    with pytest.raises(BadTable, match="UTF-16"):
        list(read("Person_ID,Start\n".encode("utf-16"), NEEDED))


def test_a_quoted_newline_stays_in_its_value_and_rows_are_counted_as_a_spreadsheet_does() -> None:
    rows = list(read(b'Person_ID,Start\n1,"two\nlines"\n2,x\n', NEEDED))
    assert [r.number for r in rows] == [2, 3]
    assert rows[0] == Row(2, {"Person_ID": "1", "Start": "two\nlines"})


def test_a_missing_column_refuses_the_whole_file_and_names_it() -> None:
    with pytest.raises(BadTable) as caught:
        list(read(b"Person_ID,End\n1,2\n", NEEDED))
    assert caught.value.column == "Start"


def test_column_names_match_without_case_blanks_and_underscores_and_by_alias() -> None:
    content = b"person id,BEGIN\n1,2\n"
    (row,) = read(content, NEEDED, aliases={"Begin": "Start"})
    assert isinstance(row, Row)
    assert dict(row.values) == {"Person_ID": "1", "Start": "2"}


def test_a_column_that_stands_there_twice_refuses_the_file() -> None:
    with pytest.raises(BadTable, match="twice"):
        list(read(b"Person_ID,Start,start\n1,2,3\n", NEEDED))


@pytest.mark.parametrize("bad", [b"1", b"1,2,3", b'1,"a"b', b"1,a\x01b"])
def test_a_bad_row_is_refused_by_number_and_the_others_are_kept(bad: bytes) -> None:
    rows = list(read(b"Person_ID,Start\n0,a\n" + bad + b"\n2,c\n", NEEDED))
    assert [type(r) for r in rows] == [Row, BadRow, Row]
    assert rows[1].number == 3


def test_the_last_row_of_a_file_without_a_line_end_is_refused() -> None:
    rows = list(read(b"Person_ID,Start\n1,a\n2,b", NEEDED))
    assert isinstance(rows[0], Row)
    assert isinstance(rows[1], BadRow)


def test_more_rows_than_allowed_refuse_the_file() -> None:
    with pytest.raises(BadTable, match="more than 3 rows"):
        list(read(b"Person_ID,Start\n" + b"1,2\n" * 3, NEEDED, limit=3))


def test_an_empty_file_has_no_header_and_a_header_alone_has_no_rows() -> None:
    with pytest.raises(BadTable):
        list(read(b"", NEEDED))
    assert list(read(b"Person_ID,Start\n", NEEDED)) == []


@pytest.mark.parametrize(("mark", "words"), [(b";", "semicolons"), (b"\t", "tabs"), (b"|", "bars")])
def test_another_delimiter_is_named_so_that_somebody_can_mend_it(mark: bytes, words: str) -> None:
    with pytest.raises(BadTable, match=words):
        list(read(mark.join([b"Person_ID", b"Start"]) + b"\n1" + mark + b"2\n", NEEDED))


def test_the_header_again_in_the_middle_is_refused_as_such_and_the_rows_about_it_are_kept() -> None:
    rows = list(read(b"Person_ID,Start\n1,a\nPerson_ID,Start\n2,b\n", NEEDED))
    assert [type(r) for r in rows] == [Row, BadRow, Row]
    assert isinstance(rows[1], BadRow)
    assert "header" in rows[1].reason


@pytest.mark.parametrize("bad", ["\x00", "\x01", "\x1f", "\x7f"])
def test_a_control_character_is_refused_by_row_and_column(bad: str) -> None:
    (_, found) = list(read(f"Person_ID,Start\n1,a\n2,{bad}b\n".encode(), NEEDED))
    assert (found.number, getattr(found, "column", "")) == (3, "Start")


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "=HYPERLINK(0)"])
def test_a_formula_is_text_like_any_other(cell: str) -> None:
    assert values(f'Person_ID,Start\n1,"{cell}"\n'.encode()) == [("1", cell)]


@pytest.mark.parametrize(
    "giant", [b"x" * 10_000_000, b'"' + b"x" * 10_000_000 + b'"'], ids=["bare", "quoted"]
)
def test_a_value_of_ten_megabytes_is_refused_and_its_tail_is_no_row(giant: bytes) -> None:
    content = b"Person_ID,Start\n1,a\n2," + giant + b",evil\n3,c\n"
    found = [r for part, first, _ in parts(io.BytesIO(content), 1) for r in read(part, NEEDED, first=first)]
    assert [r.number for r in found if isinstance(r, BadRow)] == [3]
    assert [r.number for r in found if isinstance(r, Row)] == [2, 4]


def test_a_quote_that_is_never_closed_costs_no_more_than_its_own_part() -> None:
    rows = b"".join(b"%d,a\n" % n for n in range(300_000))
    content = b'Person_ID,Start\n1,"never\n' + rows
    sizes = [len(part) for part, _, _ in parts(io.BytesIO(content), 1_000)]
    assert max(sizes) < 2_500_000
    kept = sum(
        isinstance(r, Row) for p, f, _ in parts(io.BytesIO(content), 50_000) for r in read(p, NEEDED, first=f)
    )
    assert kept > 100_000


def test_a_stray_quote_inside_a_value_ends_no_row_and_begins_none() -> None:
    content = b'Person_ID,Start\n1,5" pipe\n2,b\n'
    found = [
        (r.number, type(r))
        for part, n, _ in parts(io.BytesIO(content), 1)
        for r in read(part, NEEDED, first=n)
    ]
    assert found == [(2, Row), (3, Row)]


def test_of_two_spellings_of_one_column_ours_counts() -> None:
    content = b"Old_ID,Person_ID,Start\nx,1,2\n"
    (row,) = read(content, NEEDED, aliases={"Old ID": "Person_ID"})
    assert isinstance(row, Row)
    assert row.values["Person_ID"] == "1"


CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.just("\n"), max_size=8)
ROWS = st.lists(st.tuples(CELL, CELL), max_size=6)


@settings(deadline=None)
@given(ROWS, st.data())
def test_a_file_cut_anywhere_keeps_whole_rows_only(rows: list[tuple[str, str]], data: st.DataObject) -> None:
    content = table(*(list(r) for r in rows))
    cut = content[: data.draw(st.integers(0, len(content)))]
    whole = values(content)
    try:
        found = values(cut)
    except BadTable:
        return
    assert found == whole[: len(found)]


@settings(deadline=None)
@given(ROWS, st.integers(1, 4))
def test_parts_hold_the_same_rows_with_the_same_numbers(rows: list[tuple[str, str]], size: int) -> None:
    content = table(*(list(r) for r in rows))
    whole = [r for r in read(content, NEEDED) if isinstance(r, Row)]
    again = [
        r
        for part, first, _ in parts(io.BytesIO(content), size)
        for r in read(part, NEEDED, first=first)
        if isinstance(r, Row)
    ]
    assert again == whole


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise_anything_else(content: bytes) -> None:
    with contextlib.suppress(BadTable):
        list(read(b"Person_ID,Start\n" + content, NEEDED))
