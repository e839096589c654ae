"""What a page loads before it needs nothing more, gzip -9, within the budgets of CLIENT §1; `-s` prints the figures of client/README."""

import gzip
import pathlib
import re

import pytest

DIST = pathlib.Path(__file__).resolve().parent.parent / "client" / "dist"
SCRIPTS = {"site": 60_000, "hub": 90_000, "replay": 70_000, "stage": 30_000}
STYLES, OFFLINE = 20_000, 400_000
pytestmark = pytest.mark.skipif(not DIST.exists(), reason="the pages are not built (make client)")


def size(paths):
    return sum(len(gzip.compress((DIST / path).read_bytes(), 9)) for path in paths)


def reached(page):
    """Scripts a page begins with and all they import, the words of one language among them."""
    html = (DIST / f"{page}.html").read_text(encoding="utf-8")
    todo, seen = re.findall(r'(?:src|href)="/([^"]+\.js)"', html), set()
    while todo:
        path = todo.pop()
        if path not in seen:
            seen.add(path)
            text = (DIST / path).read_text(encoding="utf-8")
            todo += [f"assets/{name}" for name in re.findall(r'(?:from|import) ?"\./([^"]+\.js)"', text)]
            todo += [f"assets/{name}" for name in re.findall(r'import\([`"]\./([^`"]*words-[a-z]+-vi-[^`"]+\.js)[`"]\)', text)]
    return seen


@pytest.mark.parametrize("page", SCRIPTS)
def test_a_page_stays_within_its_budget(page):
    scripts = reached(page)
    assert sum("words-" in path and "-vi-" in path for path in scripts) == 1, "words are fetched, one language at a time"
    assert not any("-en-" in path for path in scripts)
    styles = re.findall(r'href="/([^"]+\.css)"', (DIST / f"{page}.html").read_text(encoding="utf-8"))
    print(f"{page}: {size(scripts) / 1000:.1f} kB; {size(styles) / 1000:.1f} kB")
    assert size(scripts) <= SCRIPTS[page]
    assert size(styles) <= STYLES


def test_the_page_in_a_bundle_stays_within_its_budget():
    whole = sum(path.stat().st_size for path in (DIST / "offline").iterdir())
    print(f"offline: {whole / 1000:.1f} kB as it lies, fonts included")
    assert whole <= OFFLINE
