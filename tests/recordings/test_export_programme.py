"""The film as broadcast: what is seen and heard at given seconds."""

import hashlib

import numpy as np
import pytest
from kit import pdfs
from kit.export_material import BLUE, DARK, GREEN, RED, WHITE, WORDS, Film, Stage, both, picture, tone, whole

from recordings.export.landing import landing
from recordings.export.plan import of_source, plan_of, span_of
from recordings.export.programme import Look, render
from signaling.errors import Refused

SLATE = {"kind": "title", "title": {"vi": "Lễ ký kết Quy chế phối hợp", "en": "x"}, "text": None}

AS_SET = Look()


def film(stage, line, path, look=AS_SET, span=(None, None), source=None):
    plan = plan_of(line)
    plan = plan if source is None else of_source(plan, source)
    told = []
    with landing(str(path)) as part:
        render(stage.folder, plan, span_of(plan, *span), look, WORDS, part, told.append)
    assert told == sorted(told)
    assert told[0] == 0
    return Film(path)


@pytest.fixture(scope="module")
def ceremony(tmp_path_factory):
    """Slate, solo red, two-shot red and green, a grid of three, hold; green comes late and leaves early."""
    stage = Stage(tmp_path_factory.mktemp("ceremony"))
    stage.record("an/camera", 0, both(picture((RED,) * 300), tone(((0, 12),), 12)))
    stage.record("ba/camera", 3, both(picture((GREEN,) * 100), tone(((0, 4),), 4, 880)))
    stage.record("chi/camera", 0, both(picture((BLUE,) * 300), tone((), 12)))
    half = [("an/camera", 0, 180, 640, 360), ("ba/camera", 640, 180, 640, 360)]
    quarters = [("an/camera", 0, 0, 640, 360), ("ba/camera", 640, 0, 640, 360), ("chi/camera", 0, 360, 640, 360)]
    stage.scene(0, "slate", slate=SLATE, item="mot")
    stage.scene(2, "solo", ("an/camera", *whole()), item="mot", gates=["an/camera"], lower_third="Ông Nguyễn Văn Ẩn")
    stage.scene(4, "two_shot", *half, item="hai", gates=["ba/camera"])
    stage.scene(6, "grid", *quarters, item="hai")
    stage.scene(10, "hold", item="ba")
    return stage, stage.done(12, {"mot": "Khai mạc", "hai": "Phát biểu", "ba": "Bế mạc"})


@pytest.fixture(scope="module", params=["720-thumbnails", "1080-full"])
def broadcast(request, ceremony, tmp_path_factory):
    size, _, how = request.param.partition("-")
    return size, film(*ceremony, tmp_path_factory.mktemp("film") / "a.mp4", Look(size, thumbnails=how == "thumbnails"))


def test_each_scene_is_seen_at_its_time(broadcast):
    size, seen = broadcast
    assert seen.size == {"720": (1280, 720), "1080": (1920, 1080)}[size]
    assert seen.colour(1, 0.02, 0.02) == "slate"
    assert seen.colour(1.9, 0.02, 0.02) == "slate"
    assert [seen.colour(s, 0.5, 0.4) for s in (2.1, 3.9)] == ["red", "red"]
    assert [seen.colour(5, x, 0.5) for x in (0.25, 0.75)] == ["red", "green"]
    assert seen.colour(5, 0.5, 0.1) == "black"
    assert [seen.colour(6.5, x, y) for x, y in ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75))] == ["red", "green", "blue"]
    assert seen.colour(11, 0.02, 0.02) == "card"


def test_a_site_that_left_is_a_slate_in_its_place(broadcast):
    seen = broadcast[1]
    assert seen.colour(9, 0.52, 0.05) == "card"
    assert [seen.colour(9, x, y) for x, y in ((0.25, 0.25), (0.25, 0.75))] == ["red", "blue"]


def test_the_lower_third_stands_while_it_was_set(broadcast):
    seen = broadcast[1]
    foot = [seen.at(s)[310:338, 300:340].astype(int) for s in (3, 5)]
    assert foot[0].max(axis=2).min() < 40  # the plate
    assert (foot[0].min(axis=2) > 150).sum() > 20  # its letters
    assert (foot[1].min(axis=2) > 150).sum() == 0


def test_only_open_gates_are_heard(broadcast):
    seen = broadcast[1]
    assert seen.loud(0.2, 1.9) < 0.001
    assert seen.loud(2.2, 3.8) > 0.1
    assert seen.loud(4.2, 5.8) > 0.1
    assert seen.loud(6.3, 11.5) < 0.001
    crossings = [np.count_nonzero(np.diff(np.signbit(seen.sound[int(a * 48_000) : int((a + 1) * 48_000)]))) / 2 for a in (2.5, 4.5)]
    assert crossings == pytest.approx([440, 880], abs=8)


def test_chapters_length_and_codecs(broadcast):
    seen = broadcast[1]
    assert seen.duration == pytest.approx(12, abs=0.06)
    assert len(seen.frames) == 300
    assert seen.codecs == {"video": "h264", "audio": "aac"}
    assert seen.chapters == [(0, 4, "1. Khai mạc"), (4, 10, "2. Phát biểu"), (10, 12, "3. Bế mạc")]


def test_the_index_stands_before_the_media(ceremony, tmp_path):
    film(*ceremony, tmp_path / "a.mp4", span=(0, 1_000))
    data = (tmp_path / "a.mp4").read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_a_span_has_its_own_zero(ceremony, tmp_path):
    seen = film(*ceremony, tmp_path / "a.mp4", span=(3_000, 5_000))
    assert seen.duration == pytest.approx(2, abs=0.06)
    assert [seen.colour(0.5, 0.5, 0.4), seen.colour(1.5, 0.75, 0.5)] == ["red", "green"]
    assert seen.chapters == [(0, 1, "1. Khai mạc"), (1, 2, "2. Phát biểu")]
    assert seen.loud(0.1, 1.9) > 0.1


def test_picture_and_sound_keep_together(tmp_path):
    """A flash and a beep at 4 s of a clip that began 3 s after the opening, and again 10 s later, in another block."""
    stage = Stage(tmp_path / "s")
    flash = tuple(WHITE if 100 <= n < 110 or 350 <= n < 360 else DARK for n in range(400))
    stage.record("an/camera", 3, both(picture(flash), tone(((4, 4.4), (14, 14.4)), 16, 1000)))
    stage.scene(0, "solo", ("an/camera", *whole()), gates=["an/camera"])
    line = stage.done(19)
    seen = film(stage, line, tmp_path / "a.mp4")
    for due in (7.0, 17.0):
        white = next(t for t, frame in seen.frames if t > due - 2 and frame[150:200, 300:350].mean() > 150)
        from_sample = int((due - 2) * 48_000)
        beep = (from_sample + int(np.argmax(np.abs(seen.sound[from_sample:]) > 0.1))) / 48_000
        assert white == pytest.approx(due, abs=0.045)
        assert beep == pytest.approx(due, abs=0.045)
        assert abs(white - beep) <= 0.045


def test_another_size_in_mid_clip_fills_the_same_box(tmp_path):
    stage = Stage(tmp_path / "s")
    small, wide = picture((RED,) * 50), picture((GREEN,) * 50, (320, 192))
    stage.record("an/camera", 0, both(small + wide, tone((), 4)))
    stage.scene(0, "solo", ("an/camera", *whole()))
    seen = film(stage, stage.done(4), tmp_path / "a.mp4")
    assert [seen.colour(s, x, 0.5) for s in (1, 3) for x in (0.2, 0.8)] == ["red", "red", "green", "green"]


def test_a_hole_in_the_picture_says_so(tmp_path):
    stage = Stage(tmp_path / "s")
    packets = both(picture((RED,) * 250, gop=12), tone((), 10))
    stage.record("an/camera", 0, [one for one in packets if one[0] == "a" or not 3_000_000 < one[2] < 7_000_000])
    stage.scene(0, "solo", ("an/camera", *whole()))
    seen = film(stage, stage.done(10), tmp_path / "a.mp4", Look(thumbnails=False))
    assert [seen.colour(s, 0.05, 0.05) for s in (1, 5, 9)] == ["red", "card", "red"]


def test_one_site_is_heard_and_seen_whatever_the_scene(ceremony, tmp_path):
    seen = film(*ceremony, tmp_path / "a.mp4", source="ba/camera")
    assert [seen.colour(s, 0.05, 0.05) for s in (1, 4, 9)] == ["card", "green", "card"]
    assert seen.loud(3.3, 6.8) > 0.1
    assert seen.loud(8, 11.5) < 0.001


def test_one_second_and_nothing_at_all(tmp_path):
    stage = Stage(tmp_path / "s")
    stage.record("an/camera", 0, both(picture((RED,) * 25), tone(((0, 1),), 1)))
    stage.scene(0, "solo", ("an/camera", *whole()), gates=["an/camera"])
    line = stage.done(1)
    seen = film(stage, line, tmp_path / "a.mp4")
    assert (len(seen.frames), seen.colour(0.8)) == (25, "red")
    for wrong in ((1_000, None), (500, 500), (5_000, 9_000)):
        with pytest.raises(Refused, match="export-range"):
            span_of(plan_of(line), *wrong)
    with pytest.raises(Refused, match="export-empty"):
        plan_of(line | {"sources": []})
    with pytest.raises(Refused, match="export-empty"):
        of_source(plan_of(line), "chi/camera")


def test_a_page_of_a_document_is_seen_while_it_was_shown(tmp_path):
    """White paper in the middle, beside it the table; a revision that is no longer what it was is not shown."""
    stage = Stage(tmp_path)
    data = pdfs.plain(pages=2)
    sha = hashlib.sha256(data).hexdigest()
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / f"{sha}.pdf").write_bytes(data)
    stage.record("hub/table", 0, both(picture((RED,) * 200), tone((), 8)))
    place = {"document": "ct", "sha256": sha, "page": 2, "x": 640, "y": 0, "w": 640, "h": 720}
    stage.scene(0, "document", sheet=place | {"x": 0, "w": 1280}, item="mot")
    stage.scene(2, "signing", ("hub/table", 0, 180, 640, 360), sheet=place, item="mot")
    stage.scene(4, "signing", ("hub/table", 0, 180, 640, 360), sheet=place | {"sha256": "ab" * 32}, item="mot")
    stage.scene(6, "document", sheet=place | {"page": 9}, item="mot")
    seen = film(stage, stage.done(8), tmp_path / "a.mp4")
    assert [seen.colour(s, 0.5, 0.9) for s in (1, 1.9)] == ["white", "white"]
    assert seen.colour(1, 0.05, 0.5) == "black", "the page keeps its proportions"
    assert [seen.colour(3, x, 0.5) for x in (0.25, 0.75)] == ["red", "white"]
    assert [seen.colour(5, x, 0.5) for x in (0.25, 0.75)] == ["red", "black"]
    assert seen.colour(7, 0.02, 0.02) == "card"
