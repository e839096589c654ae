"""The second copy: a folder that verifies by itself at every moment, behind a slow, missing or full other disk."""

import pathlib
import random
import shutil

from kit.recording_material import Studio, on_time, programme

from recordings.mirror import Mirror
from recordings.recover import recover_clip
from recordings.tracks import clips_of
from recordings.verify import verify


def files(folder):
    root = pathlib.Path(folder)
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def media(folder):
    return {name: data for name, data in files(folder).items() if not name.startswith(("log.sqlite", "reserve"))}


def test_the_copy_is_the_record_and_verifies_by_itself(tmp_path):
    studio = Studio(tmp_path / "a")
    take = studio.take()
    mirror = Mirror(str(tmp_path / "a"), str(tmp_path / "b"))
    studio.play(take, on_time(programme(4)))
    assert mirror.once().error == ""
    studio.close(take)
    assert mirror.once() == (0, "")
    assert media(tmp_path / "a") == media(tmp_path / "b")
    assert verify(str(tmp_path / "b")).ok, verify(str(tmp_path / "b")).lines()


def test_at_every_moment_no_line_names_bytes_the_copy_lacks(tmp_path):
    studio = Studio(tmp_path / "a")
    take = studio.take()
    mirror = Mirror(str(tmp_path / "a"), str(tmp_path / "b"))
    rng = random.Random(4)
    made = on_time(programme(4))
    start, at = studio.now, 0
    while at < len(made):
        step = rng.randrange(1, 40)
        for layer, packet, capture, arrival in made[at : at + step]:
            studio.wait(take, start + arrival)
            take.packet(layer, packet, start + capture, studio.now)
        at += step
        lag = mirror.once(most=rng.choice([0, 500, 20_000, 1 << 20]))
        assert lag.error == ""
        shutil.copytree(tmp_path / "b", tmp_path / "c", dirs_exist_ok=True)
        for path in (tmp_path / "c" / "tracks").glob("*.idx"):
            assert recover_clip(str(tmp_path / "c"), path.name.removesuffix(".idx")) is not None
        assert all(clip.closed for clip in clips_of(str(tmp_path / "c")))
        shutil.rmtree(tmp_path / "c")
    studio.close(take)
    while mirror.once(most=10_000).bytes:
        pass
    mirror.once()
    assert verify(str(tmp_path / "b")).ok


def test_a_restart_and_what_recovery_changed_reach_the_copy(tmp_path):
    studio = Studio(tmp_path / "a")
    take = studio.take()
    studio.play(take, on_time(programme(4)))
    Mirror(str(tmp_path / "a"), str(tmp_path / "b")).once()
    (clip,) = clips_of(str(tmp_path / "a"))
    path = tmp_path / "a" / "tracks" / clip.clip
    path.write_bytes(path.read_bytes()[:-3000])  # a power cut took what the copy has
    assert recover_clip(str(tmp_path / "a"), clip.clip) is not None
    again = Mirror(str(tmp_path / "a"), str(tmp_path / "b"))
    assert again.once() == (0, "")
    assert media(tmp_path / "a") == media(tmp_path / "b")


def test_a_clip_that_never_began_goes_from_the_copy_too(tmp_path):
    studio = Studio(tmp_path / "a")
    take = studio.take()
    studio.play(take, on_time(programme(2)))
    studio.close(take)
    mirror = Mirror(str(tmp_path / "a"), str(tmp_path / "b"))
    mirror.once()
    (tmp_path / "b" / "tracks" / "x~camera~1.webm").write_bytes(b"")
    mirror.once()
    assert media(tmp_path / "a") == media(tmp_path / "b")


def test_another_disk_that_is_missing_or_full_is_told_and_caught_up(tmp_path, small_disk):
    studio = Studio(tmp_path / "a")
    take = studio.take()
    studio.play(take, on_time(programme(4)))
    studio.close(take)
    (tmp_path / "file").write_text("")
    assert Mirror(str(tmp_path / "a"), str(tmp_path / "file" / "b")).once().error
    filler = pathlib.Path(small_disk, "filler")
    filler.write_bytes(bytes(4_180_000))
    mirror = Mirror(str(tmp_path / "a"), small_disk + "/b")
    assert mirror.once().error
    filler.unlink()
    assert mirror.once() == (0, "")
    assert media(tmp_path / "a") == media(pathlib.Path(small_disk, "b"))
