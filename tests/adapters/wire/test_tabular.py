"""Delimited files: a missing column refuses all, a bad row refuses itself, a cut keeps nothing of half a row."""

from __future__ import annotations

import contextlib
import csv
import io

import pytest
from hypothesis import given
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


CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.just("\n"), max_size=8)
ROWS = st.lists(st.tuples(CELL, CELL), max_size=6)


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


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise_anything_else(content: bytes) -> None:
    with contextlib.suppress(BadTable):
        list(read(b"Person_ID,Start\n" + content, NEEDED))
