"""Libraries for PDF, signatures and tokens stay in the modules that are about them (HOUSE §6)."""

import ast
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALLOWED = {
    "pyhanko": {"pades", "pades_fields", "pades_ltv", "pdf_check", "ticket", "ticket_fields", "timestamps", "validate", "validate_one"},
    "weasyprint": {"printing", "minutes_pdf"},
    "pypdfium2": {"pdf", "pdf_check", "pades_fields", "minutes_pdf"},
    "docx": {"minutes_docx"},
    "pkcs11": {"usbtoken"},
}


def test_each_library_is_used_where_it_belongs():
    for path in [*(ROOT / "recordings").rglob("*.py"), *(ROOT / "server").rglob("*.py"), *(ROOT / "signaling").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                library = name.split(".")[0].replace("pyhanko_certvalidator", "pyhanko")
                assert path.stem in ALLOWED.get(library, {path.stem}), f"{path.name} imports {library}"
