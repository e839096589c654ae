"""Workbooks and text tables made by hand, the way offices make them."""

import io
import os
import zipfile

import openpyxl

from server import imports

HEAVY = min(200, int(os.environ.get("FUZZ_EXAMPLES", "200")))
"""Examples of tests that write a workbook each: 30 to 70 ms apiece."""
HEADINGS = ("Giờ", "Thời lượng", "Nội dung", "Loại mục", "Người thực hiện", "Điểm cầu", "Cảnh", "Mã")
ROWS = (
    ("13:45", 10, "Điểm danh", "Điểm danh", "Thư ký", None, "grid", "diem-danh"),
    (None, "5 phút", "Khai mạc", "Phát biểu", "Viện trưởng", None, None, "khai-mac"),
    ("14h00", "0:10", "Tham luận", "Phát biểu", "Viện trưởng huyện", "VKSND huyện Vũ Thư", None, "tham-luan"),
)
SITES = (
    ("Mã", "Tên", "Vai trò", "Số đại biểu", "Điện thoại"),
    (None, "Điểm cầu trung tâm", "Trung tâm", 45, "0227 000 0000"),
    ("vu-thu", "VKSND huyện Vũ Thư", "Thành phần", 11, "0227 000 0001"),
)
INFO = (
    ("Mục", "Giá trị", "Giá trị (Anh)"),
    ("Tên buổi lễ", "Lễ ký kết", "Signing"),
    ("Ngày", "17/02/2022", None),
    ("Đơn vị chủ trì", "VKSND tỉnh", None),
)


def book(agenda=ROWS, *, headings=HEADINGS, sites=SITES, info=INFO, above=(), more=None, change=None):
    """A workbook; `above` stands over the headings, `more` are further tabs, `change` gets the programme's tab."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Chương trình"
    for row in (*above, headings, *agenda):
        sheet.append(row)
    for name, rows in {"Điểm cầu": sites, "Thông tin": info, **(more or {})}.items():
        tab = made.create_sheet(name)
        for row in rows or ():
            tab.append(row)
    if change is not None:
        change(sheet)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def edited(data, name, change):
    """The same archive with one part changed as text."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part)
            new.writestr(part.filename, change(text) if part.filename == name else text)
    return out.getvalue()


def read(data, base=None, maps=None, remembered=None):
    return imports.read(data, imports.Order(base, maps, remembered or {}))


def errors(reading):
    return {(error.sheet, error.row, error.column, error.code) for error in reading.errors}
