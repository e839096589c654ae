"""Any bytes are a sheet or a typed answer, soon."""

import io
import time
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.ceremonies import first_ceremony, sheet_bytes
from kit.sheets import HEADINGS, HEAVY, book, edited, read

from server.sheets.to_xlsx import to_xlsx

SHEET = "xl/worksheets/sheet1.xml"
SOON = 3.0
"""Seconds; the aim is 1 (printed), the machine is shared."""


def code(data):
    began = time.perf_counter()
    reading = read(data, first_ceremony())
    took = time.perf_counter() - began
    print(f"{len(data)} bytes: {reading.code} in {took:.2f} s")
    assert took < SOON
    assert reading.draft is None
    return reading.code


def packed(parts, level=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", level) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


@given(st.binary(max_size=2000) | st.text(max_size=600).map(str.encode) | st.binary(max_size=400).map(lambda b: b"PK\x03\x04" + b))
def test_any_bytes(data):
    reading = read(data, first_ceremony())
    assert (reading.draft is None) == bool(reading.code or reading.errors)


@given(st.data())
def test_any_damage_to_a_workbook(data):
    whole = bytearray(_WORKBOOK)
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)) | st.just(len(whole)))
    reading = read(bytes(whole[:cut]))
    assert (reading.draft is None) == bool(reading.code or reading.errors)


@given(st.data())
@settings(max_examples=HEAVY)
def test_any_damage_inside_a_workbook(data):
    part = data.draw(st.sampled_from(_PARTS))

    def change(text):
        at = data.draw(st.integers(0, max(0, len(text) - 1)))
        return text[:at] + data.draw(st.binary(max_size=6)) + text[at + data.draw(st.integers(0, 30)) :]

    reading = read(edited(_WORKBOOK, part, change))
    assert (reading.draft is None) == bool(reading.code or reading.errors)


cells = st.none() | st.text(max_size=12) | st.integers(-(10**6), 10**9) | st.floats(-1e3, 1e9) | st.booleans() | st.datetimes() | st.times()


@given(st.lists(st.lists(cells, max_size=9), max_size=6))
@settings(max_examples=HEAVY)
def test_any_cells(rows):
    made = openpyxl.Workbook()
    made.active.title = "Chương trình"
    made.active.append(HEADINGS)
    for row in rows:
        try:
            made.active.append(row)
        except (openpyxl.utils.exceptions.IllegalCharacterError, ValueError):
            continue
    out = io.BytesIO()
    try:
        made.save(out)
    except (ValueError, UnicodeEncodeError):
        return
    reading = read(out.getvalue(), first_ceremony())
    assert reading.code in (None, "file-unreadable")
    assert (reading.draft is None) == bool(reading.code or reading.errors)


def test_a_bomb_of_zeros():
    assert code(packed({"xl/workbook.xml": b"<a/>" + b" " * 9_000_000})) == "file-bomb"
    assert code(packed({SHEET: b"<x>" + b"\0" * 200_000_000})) == "file-bomb"


def test_many_parts():
    assert code(packed({f"xl/{n}.xml": "<a/>" for n in range(600)})) == "file-bomb"


def test_sizes_that_lie():
    data = bytearray(packed({SHEET: b"<x>" + b"a" * 5_000_000}))
    for at in (i for i in range(len(data) - 4) if data[i : i + 4] in (b"PK\x01\x02", b"PK\x03\x04")):
        place = at + (24 if data[at + 2] == 1 else 22)
        data[place : place + 4] = (10).to_bytes(4, "little")
    assert code(bytes(data)) == "file-unreadable"


def test_a_document_type_in_the_xml():
    def change(text):
        return text.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><worksheet', 1)

    assert code(edited(book(), SHEET, change)) == "file-unreadable"


def test_a_hundred_thousand_rows():
    made = openpyxl.Workbook(write_only=True)
    sheet = made.create_sheet("Chương trình")
    sheet.append(HEADINGS)
    for n in range(100_000):
        sheet.append(("13:45", n))
    out = io.BytesIO()
    made.save(out)
    assert code(out.getvalue()) == "file-too-many-cells"
    lines = b"Gio,Noi dung\n" + b"13:45,x\n" * 100_000
    assert code(lines) == "file-too-many-cells"


def test_a_cell_at_the_bottom_of_the_world():
    def change(sheet):
        sheet["A1048576"] = "x"

    assert code(book(change=change)) == "file-too-many-cells"


def test_empty_styled_rows_to_the_bottom_are_harmless():
    def change(sheet):
        sheet["A900000"].font = openpyxl.styles.Font(bold=True)

    began = time.perf_counter()
    assert read(book(change=change)).draft is not None
    assert time.perf_counter() - began < SOON


def test_more_rows_than_a_programme_has():
    rows = tuple((None, 1, f"Mục {n}", None, None, None, None, f"m-{n}") for n in range(600))
    assert {(e.row, e.code) for e in read(book(rows)).errors} == {("502", "too-many-rows")}


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", "file-unreadable"), (b"%PDF-1.7 ...", "file-unreadable"), (b"\xd0\xcf\x11\xe0" + bytes(600), "file-old-excel"),
        (b"x" * 5_000_001, "file-too-large"), (b"PK\x03\x04" + bytes(5_000_000), "file-too-large"),
        (b"PK\x03\x04", "file-unreadable"), (b"hello\nworld", "file-no-table"), (b"a\0b,c", "file-not-utf8"),
        (b"title: [", "file-unreadable"), (b"title: \xff", "file-not-utf8"),
        (b"title: x\n" + b"#" * 1_000_000, "file-unreadable"), (packed({"a.txt": "no workbook"}), "file-unreadable"),
    ],
)  # fmt: skip
def test_files_that_are_no_sheets(data, wanted):
    assert code(data) == wanted


@pytest.mark.parametrize(
    "data",
    [b"title: x\nagenda:\n" + b"- {a: b, c: d}\n" * 60_000, b"title: " + b"[" * 900_000, b"title: &a [x]\nb: " + b"*a" * 9,
     b"title: x\n" + b"k: v\n" * 180_000],
)  # fmt: skip
def test_yaml_bombs(data):
    assert code(data) == "file-unreadable"


def test_what_is_no_table_is_said_so():
    made = openpyxl.Workbook()
    made.active.append(("alpha", "beta"))
    out = io.BytesIO()
    made.save(out)
    assert read(out.getvalue()).code == "file-no-table"


def test_two_hundred_rows(capsys):
    rows = tuple((None, 5, f"Mục số {n}", "Phát biểu", "Người nói", None, None, f"muc-{n}") for n in range(200))
    data = book(rows)
    began = time.perf_counter()
    reading = read(data)
    took = time.perf_counter() - began
    with capsys.disabled():
        print(f"\n200 rows of XLSX read and checked in {took * 1000:.0f} ms")
    assert len(reading.draft.items) == 200


_WORKBOOK = to_xlsx(first_ceremony())
with zipfile.ZipFile(io.BytesIO(_WORKBOOK)) as _archive:
    _PARTS = sorted(_archive.namelist())
assert sheet_bytes()
