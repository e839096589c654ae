# ruff: noqa: DTZ001 - the wall clocks of a spreadsheet have no zone
"""Spreadsheets as offices make them: what is understood, and every way of being wrong, by row and column."""

import datetime as dt

import pytest
from kit.ceremonies import first_ceremony
from kit.sheets import HEADINGS, INFO, ROWS, SITES, book, errors, read

from server.sheets.rows import guarded
from server.sheets.to_xlsx import to_xlsx

MINUTE = 60_000_000
TAB = "Chương trình"


def csv(rows, sign=",", encoding="utf-8-sig"):
    return "\r\n".join(sign.join("" if cell is None else f'"{cell}"' for cell in row) for row in rows).encode(encoding)


def test_a_workbook_made_by_hand_reads_whole():
    reading = read(book())
    assert reading.errors == ()
    draft = reading.draft
    assert [site.id for site in draft.sites] == ["hub", "vu-thu"]
    assert (draft.title.vi, draft.title.en, draft.host.vi) == ("Lễ ký kết", "Signing", "VKSND tỉnh")
    assert draft.start == 1_645_080_300 * 1_000_000
    assert [item.duration_s for item in draft.items] == [600, 300, 600]
    assert [item.kind for item in draft.items] == ["roll_call", "speech", "speech"]
    # the site by its name, the scene by habit
    assert (draft.items[2].site, draft.items[2].scene) == ("vu-thu", "two_shot:hub+vu-thu")
    assert draft.items[2].at - draft.start == 15 * MINUTE
    assert draft.sites[1].expected == 11


def test_cells_as_excel_keeps_them():
    rows = (
        (dt.time(13, 45), dt.time(0, 10), "Một", None, None, None, None, None),
        (0.583333333333333, 0.00694444444444444, "Hai", None, None, None, None, None),
        (dt.datetime(2022, 2, 17, 14, 30), 7.5, "Ba", None, None, None, None, None),
        ("15h00 - 15h20", None, "Bốn", None, None, None, None, None),
    )
    info = (*INFO[:2], ("Ngày", dt.datetime(2022, 2, 17), None), INFO[3])
    draft = read(book(rows, info=info)).draft
    assert [item.duration_s for item in draft.items] == [600, 600, 450, 1200]
    assert [(item.at - draft.start) // MINUTE for item in draft.items] == [0, 15, 45, 75]
    assert [item.id for item in draft.items] == ["mot", "hai", "ba", "bon"]


def test_headings_below_letterheads_and_in_english_are_found():
    above = (("VIỆN KIỂM SÁT NHÂN DÂN TỈNH",), (None,), ("CHƯƠNG TRÌNH LỄ KÝ KẾT",))
    reading = read(book(above=above))
    assert reading.maps[0].header == 4
    assert reading.draft is not None
    english = ("Time", "Duration", "Item", "Kind", "By", "Site", "Scene", "Id")
    assert read(book(headings=english)).draft == reading.draft


def test_a_mapping_by_hand_and_remembered():
    odd = ("T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8")
    data = book(headings=odd)
    guessed = read(data)
    assert guessed.draft is None
    known = {m.tab: m for m in read(book()).maps}
    columns = tuple(
        type(column)(column.index, odd[column.index], column.field) for column in known[TAB].columns
    )
    asked = (type(known[TAB])(TAB, "agenda", 1, columns), known["Điểm cầu"], known["Thông tin"])
    assert read(data, maps=asked).draft == read(book()).draft
    remembered = {"agenda": {heading.casefold(): column.field for heading, column in zip(odd, columns, strict=True)}}
    assert read(data, remembered=remembered).draft == read(book()).draft


def test_a_mapping_nobody_can_follow_is_refused():
    maps = read(book()).maps
    assert read(book(), maps=(maps[0], maps[0])).code == "bad-mapping"
    assert read(book(), maps=(type(maps[0])("no such tab", "agenda", 1, ()),)).code == "bad-mapping"
    assert read(book(), maps=(type(maps[0])(TAB, "no such table", 1, maps[0].columns),)).code == "bad-mapping"


def row(**change):
    cells = dict(zip(HEADINGS, ROWS[1], strict=True)) | {key.replace("_", " "): v for key, v in change.items()}
    return tuple(cells[heading] for heading in HEADINGS)


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"Giờ": "25:00"}, "Giờ", "bad-time"),
        ({"Giờ": "31/02/2022 14:00"}, "Giờ", "bad-time"),
        ({"Giờ": "13:00"}, "Giờ", "overlap"),
        ({"Thời_lượng": "lâu"}, "Thời lượng", "bad-duration"),
        ({"Thời_lượng": -5}, "Thời lượng", "bad-duration"),
        ({"Nội_dung": None}, "Nội dung", "missing-title"),
        ({"Nội_dung": "x" * 4001}, "Nội dung", "text-too-long"),
        ({"Loại_mục": "Khiêu vũ"}, "Loại mục", "unknown-kind"),
        ({"Điểm_cầu": "Hà Nội"}, "Điểm cầu", "unknown-site"),
        ({"Cảnh": "solo:ha-noi"}, "Cảnh", "unknown-scene"),
        ({"Mã": "diem-danh"}, "Mã", "duplicate-id"),
        ({"Mã": "Có Dấu"}, "Mã", "bad-id"),
    ],
)
def test_errors_name_the_spreadsheets_own_row_and_column(change, column, code):
    reading = read(book((ROWS[0], (None,) * 8, row(**change), ROWS[2]), above=(("letterhead",),)))
    assert reading.draft is None
    assert (TAB, "5", column, code) in errors(reading)


@pytest.mark.parametrize(
    ("info", "column", "code"),
    [
        (("Ngày", "31/02/2022"), "Ngày", "bad-date"),
        (("Ngày", "17 tháng 2"), "Ngày", "bad-date"),
        (("Múi giờ", "Sao Hỏa"), "Múi giờ", "unknown-timezone"),
        (("Chế độ micro", "To"), "Chế độ micro", "unknown-policy"),
        (("Mã hóa hình", "MPEG-2"), "Mã hóa hình", "unknown-video"),
        (("Màu", "đỏ"), "Mục", "unknown-key"),
    ],
)
def test_the_information_tab(info, column, code):
    assert ("Thông tin", "5", column, code) in errors(read(book(info=(*INFO[:2], *INFO[3:], (None,), info))))


def test_sites_tab_errors():
    assert ("Điểm cầu", "1", "Vai trò", "no-hub") in errors(read(book(sites=(SITES[0], SITES[2]))))
    wrong = (*SITES, ("vu-thu", "Khác", "Thành phần", "nhiều", ""), ("x", "X", "Trưởng", 1, ""))
    found = errors(read(book(sites=wrong)))
    assert ("Điểm cầu", "4", "Mã", "duplicate-id") in found
    assert ("Điểm cầu", "4", "Số đại biểu", "bad-number") in found
    assert ("Điểm cầu", "5", "Vai trò", "unknown-role") in found


def test_all_errors_at_once_and_nothing_half_made():
    reading = read(book((row(Giờ="x", Thời_lượng="y"), row(Mã="b", Cảnh="z"))))
    assert len(reading.errors) == 3
    assert reading.draft is None


def test_past_midnight():
    rows = (("23:30", 30, "Đêm", None, None, None, None, None), ("00:15", 10, "Sáng", None, None, None, None, None))
    draft = read(book(rows)).draft
    assert (draft.items[1].at - draft.items[0].at) // MINUTE == 45
    day_before = (("23:30", 60, "Đêm", None, None, None, None, None), ("00:15", 10, "Sáng", None, None, None, None, None))
    assert (TAB, "3", "Giờ", "overlap") in errors(read(book(day_before)))


def test_items_before_the_first_time_stand_before_it():
    rows = ((None, 20, "Trước", None, None, None, None, None), ("14:00", 10, "Sau", None, None, None, None, None))
    draft = read(book(rows)).draft
    assert (draft.items[1].at - draft.start) // MINUTE == 20


def test_merged_cells_are_named_not_guessed():
    assert (TAB, "3", "Giờ", "merged-cells") in errors(read(book(change=lambda sheet: sheet.merge_cells("A2:A3"))))
    # above the headings and beside the table they do no harm
    above = (("CHƯƠNG TRÌNH", None),)
    assert read(book(above=above, change=lambda sheet: sheet.merge_cells("A1:H1"))).errors == ()


def test_formulas_without_a_value_and_cells_with_errors():
    def formula(sheet):
        sheet["B2"] = "=5+5"
        sheet["B3"] = "#REF!"

    found = errors(read(book(change=formula)))
    assert {(TAB, "2", "Thời lượng", "formula-without-value"), (TAB, "3", "Thời lượng", "cell-error")} <= found
    assert len(found) == 2


def test_a_date_excel_cannot_show_is_an_error():
    def wild(sheet):
        sheet["A2"] = 1e12
        sheet["A2"].number_format = "dd/mm/yyyy"

    assert {code for _, number, _, code in errors(read(book(change=wild))) if number == "2"} <= {"cell-error", "bad-time"}
    assert read(book(change=wild)).draft is None


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_text_table_changes_the_programme_only(sign):
    base = first_ceremony()
    rows = (HEADINGS, *ROWS[:2], (*ROWS[2][:5], "vu-thu", None, "tham-luan"))
    reading = read(csv(rows, sign), base)
    assert reading.errors == ()
    assert reading.draft.sites == base.sites
    assert reading.draft.title == base.title
    assert [item.id for item in reading.draft.items] == ["diem-danh", "khai-mac", "tham-luan"]
    assert len(reading.diff.items.removed) == 18
    assert reading.diff.sites == type(reading.diff.sites)()


def test_text_table_rows_are_lines_of_the_file():
    rows = (HEADINGS, ROWS[0], row(Nội_dung="hai\ndòng"), row(Giờ="x", Mã="c"))
    assert ("", "5", "Giờ", "bad-time") in errors(read(csv(rows), first_ceremony()))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1258", "latin-1"])
def test_other_encodings_are_refused_with_what_to_do(encoding):
    rows = (("Gio", "Noi dung"), ("13:45", "Cà phê à"))
    assert read(csv(rows, encoding=encoding), first_ceremony()).code == "file-not-utf8"


def test_a_new_ceremony_needs_more_than_a_programme():
    found = {code for *_, code in errors(read(csv((HEADINGS, *ROWS))))}
    assert {"missing-title", "bad-date", "no-hub"} <= found


def test_names_of_delegates_are_not_lost():
    rows = (("STT", "Họ và tên", "Chức vụ", "Đơn vị", "Điểm cầu"), (1, "Nguyễn Văn A", "Trưởng ban", "Ban X", "vu-thu"))
    rows = (*rows, (2, "Trần Thị B", None, "Ban X", "vu-thu"))
    draft = read(book(more={"Đại biểu": rows})).draft
    assert [(one.name, one.office.vi) for one in draft.delegates] == [("Nguyễn Văn A", "Trưởng ban"), ("Trần Thị B", "")]
    assert draft.delegates[0].site == "vu-thu"


def test_documents_by_title_and_by_identifier():
    more = {"Văn bản": (("Mã", "Tên"), (None, "Chương trình phối hợp, giai đoạn 2021"), ("phu-luc", "Phụ lục"))}
    rows = (("13:45", 5, "Báo cáo", "Chương trình phối hợp, giai đoạn 2021; phu-luc"),)
    draft = read(book(rows, headings=("Giờ", "Thời lượng", "Nội dung", "Văn bản"), more=more)).draft
    assert draft.items[0].documents == ("chuong-trinh-phoi-hop-giai-doan-20", "phu-luc")
    rows = (("13:45", 5, "Báo cáo", "Không có"),)
    found = errors(read(book(rows, headings=("Giờ", "Thời lượng", "Nội dung", "Văn bản"), more=more)))
    assert (TAB, "2", "Văn bản", "unknown-document") in found


@pytest.mark.parametrize("text", ["=1+1", "+84 123", "-x", "@SUM(A1)", "'=x", "''-", "'quoted'"])
def test_nothing_becomes_a_formula_and_nothing_is_lost(text):
    assert guarded(text)[0] not in "=+-@\t\r"
    draft = read(book((("13:45", 5, guarded(text)),), headings=("Giờ", "Thời lượng", "Nội dung"))).draft
    assert draft.items[0].title.vi == text
    again = to_xlsx(draft)
    assert b"<f>" not in again
    assert read(again).draft == draft
