"""Captions by a program of the agency's own: given the sound, checked like a stranger's file, never in anybody's way."""

import os
import shutil
import sys
import time

import pytest
from kit.export_material import RED, WORDS, Stage, both, picture, tone, whole

from recordings import captions
from recordings.export import captioning
from recordings.export.jobs import Ask, Place, export
from recordings.export.landing import ExportFailed

ENGINE = """
import sys, wave
sound, out, language = sys.argv[1:4]
with wave.open(sound, "rb") as heard:
    assert (heard.getframerate(), heard.getnchannels(), heard.getsampwidth()) == (16000, 1, 2)
    seconds = heard.getnframes() / 16000
    data = heard.readframes(heard.getnframes())
loud = [n / 16000 for n in range(0, len(data) // 2, 160) if abs(int.from_bytes(data[2 * n : 2 * n + 2], "little", signed=True)) > 2000]
open(out, "w").write(f"WEBVTT\\n\\n00:00:00.500 --> 00:00:02.000\\n{language} {seconds:.2f} {loud[0]:.1f} {loud[-1]:.1f}\\n")
"""


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    """Ten seconds of one source; it is heard from 2 s on."""
    stage = Stage(tmp_path_factory.mktemp("record"))
    stage.record("an/camera", 0, both(picture((RED,) * 250, gop=50), tone(((0, 10),), 10)))
    stage.scene(0, "solo", ("an/camera", *whole()), item="mot")
    stage.scene(2, "solo", ("an/camera", *whole()), item="hai", gates=["an/camera"])
    return stage.folder, stage.done(10)


@pytest.fixture
def place(record, tmp_path):
    folder, timeline = record
    shutil.copytree(folder, tmp_path / "record")

    def made(code):
        command = (sys.executable, "-c", code, "{sound}", "{out}", "{lang}")
        return Place(str(tmp_path / "record"), timeline, WORDS, captioner=command)

    return made


def make(place, path, **asked):
    return export(Ask(kind="captions", **asked), place, str(path), lambda fraction: None)


def test_the_program_hears_the_programme_and_its_words_are_kept_at_their_time(place, tmp_path):
    made = place(ENGINE)
    make(made, tmp_path / "a.vtt", from_ms=1_000, lang="en")
    (cue,) = captions.parse((tmp_path / "a.vtt").read_bytes())
    assert (cue.from_ms, cue.to_ms) == (1_500, 3_000), "times are the timeline's, not the sound's"
    language, seconds, first, last = cue.text.split()
    assert (language, float(seconds)) == ("en", pytest.approx(9, abs=0.05))
    assert (float(first), float(last)) == (pytest.approx(1, abs=0.1), pytest.approx(9, abs=0.1))
    assert captions.kept(made.folder) == ["en"]
    # what somebody brought or mended is not written over
    captions.keep(made.folder, "en", [captions.Cue(0, 1, "đã sửa")])
    make(made, tmp_path / "b.vtt", lang="en")
    with open(captions.path_of(made.folder, "en"), "rb") as file:
        assert captions.parse(file.read())[0].text == "đã sửa"
    assert sorted(os.listdir(tmp_path)) == ["a.vtt", "b.vtt", "record"], "nothing else is left"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("raise SystemExit(3)", "ended with"), ("pass", "no WebVTT"), ("import sys; open(sys.argv[2], 'w').write('hello')", "no WebVTT"),
        ("import sys; open(sys.argv[2], 'wb').write(b'WEBVTT\\n\\n' + bytes(9_000_000))", "no WebVTT"), ("import time; time.sleep(60)", "too long"),
    ],
)  # fmt: skip
def test_a_program_that_fails_leaves_nothing(place, tmp_path, monkeypatch, code, why):
    monkeypatch.setattr(captioning, "LEAST_S", 1.0)
    begin = time.monotonic()
    with pytest.raises(ExportFailed) as error:
        make(place(code), tmp_path / "a.vtt", from_ms=2_000, to_ms=2_500)
    assert why in error.value.why
    assert time.monotonic() - begin < 30
    assert captions.kept(str(tmp_path / "record")) == []
    assert os.listdir(tmp_path) == ["record"]
