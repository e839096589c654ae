"""Every Vietnamese letter comes out again of every PDF made here: whatever template, whatever font face."""

import itertools
import pathlib

import pytest
from kit.letters import LETTERS, TONES, missing, words

from recordings.printing import TEMPLATES, filled, printed
from recordings.stamps import Look, stamp

LINES = tuple(" ".join(LETTERS[n : n + 20]) for n in range(0, len(LETTERS), 20))
COMBINED = " ".join(f"{letter}{tone}" for letter, tone in itertools.product("nw", TONES))
SHEETS = ["chuong-trinh-phoi-hop.html", "minutes.html", "stamp.html"]


def test_no_template_is_left_out():
    assert sorted(path.name for path in pathlib.Path(TEMPLATES).glob("*.html")) == SHEETS


@pytest.mark.parametrize("seal", [False, True])
def test_in_a_visible_signature(seal):
    assert missing(words(stamp(Look(500.0, 400.0, seal, (*LINES, COMBINED))))) == []


@pytest.mark.parametrize("face", ["normal", "bold", "italic"])
def test_in_the_sample_document_and_every_face_of_the_font(face):
    page = filled("chuong-trinh-phoi-hop.html", {"sample": "MẪU"})
    style = "font-style: italic" if face == "italic" else f"font-weight: {face}"
    text = "".join(f"<p style='{style}'>{line}</p>" for line in (*LINES, COMBINED))
    assert missing(words(printed(page.replace("</body>", f"{text}</body>")))) == []
