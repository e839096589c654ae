"""The house rules that a machine can check (HOUSE §2, §7)."""

import ast
import importlib.metadata
import json
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
PLANES = ("signaling", "recordings", "server")
MODULES = sorted(path for plane in PLANES for path in (ROOT / plane).rglob("*.py"))
PURE = [
    *(ROOT / "signaling").glob("*.py"),
    *(p for p in (ROOT / "server/media").glob("*.py") if p.stem not in ("port", "tcp", "plane")),
    *(ROOT / "recordings" / f"{name}.py" for name in ("reorder", "payloads", "h264", "gaps", "clocks", "timeline")),
    *(ROOT / "recordings" / f"minutes{name}.py" for name in ("", "_papers", "_incidents", "_text")),
    ROOT / "recordings/merkle.py", ROOT / "recordings/papers_asks.py", ROOT / "server/signer/pairing.py",
]
IMPURE = {"time", "random", "asyncio", "socket", "secrets", "threading", "os", "io"}
ALLOWED_IN_PURE = {
    # a DTLS or ICE secret cannot be handed in: it is made where it is used, and nothing else depends on it
    "server/media/ice.py": {"secrets"},
}
FORBIDDEN = re.compile(r"(^|_)(manager|handler|utils?|helpers?|base)($|_)|(Manager|Handler|Utils?|Helper|Base)$")
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module


def name_of(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_arrows(path):
    where = name_of(path)
    found = set(imports(path))
    ours = {name for name in found if name.split(".")[0] in PLANES}
    if where.startswith("signaling/"):
        assert all(name.startswith("signaling") for name in ours)
    elif where.startswith("recordings/"):
        assert all(name.startswith(("signaling", "recordings")) for name in ours)
    elif where.startswith("server/media/"):
        allowed = ("server.media", "signaling.names", "signaling.scenes", "signaling.errors", "signaling.h264")
        assert all(name.startswith(allowed) or name == "signaling" for name in ours)
    elif where.startswith("server/simulation/"):
        assert all(name.startswith(("server.simulation", "signaling")) for name in ours)
    elif where.startswith("server/signer/"):
        own = ("server.signer", "signaling", "recordings.ticket", "recordings.pdf", "recordings.certificates")
        assert all(name.startswith(own) for name in ours)
    elif where.startswith("server/web/"):
        assert "server.app" not in ours


@pytest.mark.parametrize("path", [p for p in PURE if p.exists()], ids=name_of)
def test_purity(path):
    where = name_of(path)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = {name.split(".")[0] for name in imports(path)}
    main = [n for n in tree.body if isinstance(n, ast.If) and "__main__" in ast.dump(n.test)]
    inside = {a.name for n in main for x in ast.walk(n) if isinstance(x, ast.Import) for a in x.names}
    assert not (top & IMPURE) - inside - ALLOWED_IN_PURE.get(where, set())
    calls = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    assert not calls & {"open", "print", "input"}
    assert not any(isinstance(n, ast.AsyncFunctionDef | ast.Await) for n in ast.walk(tree))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_sizes_and_names(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400, "split by idea"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < 60, node.name
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            assert not FORBIDDEN.search(node.name), node.name


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_async_only_where_we_wait(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.AsyncFunctionDef):
            waits = any(
                isinstance(x, ast.Await | ast.AsyncFor | ast.AsyncWith | ast.Yield) for x in ast.walk(node)
            )
            # aiohttp calls its handlers as coroutines, whether they wait or not
            assert waits or any("Request" in ast.dump(a.annotation) for a in node.args.args if a.annotation), node.name


def test_only_our_modules_have_our_names():
    found = importlib.metadata.packages_distributions()
    for plane in (*PLANES, "client"):
        assert set(found.get(plane, [])) <= {"diemcau"}


def test_every_refusal_has_a_sentence_in_both_languages():
    codes = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused" and node.args:
                assert isinstance(node.args[0], ast.Constant | ast.IfExp | ast.Name), ast.dump(node)
                if isinstance(node.args[0], ast.Constant):
                    codes.add(node.args[0].value)
    for language in ("vi", "en"):
        catalogue = json.loads((ROOT / "client/locales" / f"{language}.json").read_text(encoding="utf-8"))
        missing = {code for code in codes if f"refused.{code}" not in catalogue}
        assert not missing, language


def test_no_index_addresses_and_no_paths_of_a_machine():
    hosts = re.compile(r"https?://[a-z0-9.-]*(pypi|npmjs|debian|pythonhosted)[a-z0-9.-]*")
    paths = re.compile(r"/(wo" r"rk|ro" r"ot|fa" r"rm)/")
    for name in TRACKED:
        path = ROOT / name
        if path.suffix in (".png", ".ttf", ".woff2", ".bin", ".pdf") or not path.exists():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not hosts.search(text), name
        assert not paths.search(text), name


def test_no_vietnamese_in_code_but_where_people_read_it():
    letters = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
    spoken = {"server/demo.py", "server/web/pages.py", "server/cli.py", "server/simulation/fleet.py", "server/app.py"}
    for path in MODULES:
        if name_of(path) in spoken:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {
            id(n.body[0].value)
            for n in ast.walk(tree)
            if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and n.body
            and isinstance(n.body[0], ast.Expr)
        }  # fmt: skip
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                assert not letters.search(node.value), (name_of(path), node.value)


def test_the_tree_has_no_other_top_level():
    top = {name.split("/")[0] for name in TRACKED if not name.startswith(".")}
    assert top <= {
        "client", "signaling", "recordings", "server", "tests", "compose.yaml", "pyproject.toml", "README.md", "Makefile",
        "CHANGELOG.md",
    }  # fmt: skip
