"""What exports cost: real-time factors of a film with key-frame and with moving thumbnails, of MP3; memory over time.

One main picture of 1280×720 and eight of 640×360 (VP8, 25 a second, a key frame every 4 s), a cut every 20 s between
solo, two-shot and a grid of nine. Prints JSON.
"""

import fractions
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import av  # noqa: E402
import numpy as np  # noqa: E402
from kit.export_material import WORDS, Stage, both, tone, whole  # noqa: E402

from recordings.export.jobs import Ask, Place, export  # noqa: E402

SECONDS = int(os.environ.get("SECONDS", "60"))
SITES = 9


def moving(size, seconds, rate):
    """Encoded VP8 of noise that drifts behind a moving bar: something to decode. (bytes, key) by frame."""
    width, height = size
    codec = av.CodecContext.create("libvpx", "w")
    codec.width, codec.height, codec.pix_fmt, codec.bit_rate = width, height, "yuv420p", rate
    codec.time_base = fractions.Fraction(1, 25)
    codec.options = {"g": "100", "deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "auto-alt-ref": "0"}
    ground = np.kron(np.random.default_rng(1).integers(40, 200, (height * 3 // 2 // 12 + 1, width // 16 + 1)), np.ones((12, 16)))
    ground = ground[: height * 3 // 2, :width].astype(np.uint8)
    found = []
    for n in range(seconds * 25):
        picture = np.roll(ground, n * 2, axis=1)
        bar = n * 6 % (width - 60)
        picture[: height // 2, bar : bar + 60] = 235
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="yuv420p")
        frame.pts = n
        found += [bytes(packet) for packet in codec.encode(frame)]
    found += [bytes(packet) for packet in codec.encode(None)]
    return tuple((data, not data[0] & 1) for data in found)


def record(folder, seconds):
    stage = Stage(folder)
    loop = 20
    sounds = tone(((0, loop),), loop) * (seconds // loop)
    large, small = moving((1280, 720), loop, 1_500_000), moving((640, 360), loop, 400_000)
    sources = [f"s-{n}/camera" for n in range(SITES)]
    for n, source in enumerate(sources):
        stage.record(source, 0, both((large if n == 0 else small) * (seconds // loop), sounds))
    third = [(source, n % 3 * 426, n // 3 * 240, 426, 240) for n, source in enumerate(sources)]
    two = [(sources[0], 0, 180, 640, 360), (sources[1], 640, 180, 640, 360)]
    for n in range(seconds // loop):
        layout, seen = (("grid", third), ("solo", [(sources[0], *whole())]), ("two_shot", two))[n % 3]
        stage.scene(n * loop, layout, *seen, item=f"m{n}", gates=sources[:2])
    return Place(stage.folder, stage.done(seconds), WORDS)


def timed(place, out, seconds, **asked):
    begin, cpu = time.perf_counter(), time.process_time()
    export(Ask(**asked), place, out, lambda fraction: None)
    wall = time.perf_counter() - begin
    return {"times_real": round(seconds / wall, 1), "cpu_s_per_s": round((time.process_time() - cpu) / seconds, 3)}


def child(folder, line, seconds, asked):
    """Export in a process of its own, for its peak of memory."""
    code = (
        "import json, sys; sys.path[:0] = json.loads(sys.argv[1]);"
        "from recordings.export.jobs import Ask, Place, export; from kit.export_material import WORDS; import resource;"
        "ask = json.loads(sys.argv[3]);"
        "export(Ask(**ask), Place(sys.argv[2], json.load(open(sys.argv[4])), WORDS), sys.argv[2] + '/out', lambda f: None);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    paths = json.dumps([str(ROOT), str(ROOT / "tests")])
    run = subprocess.run(
        [sys.executable, "-c", code, paths, folder, json.dumps(asked), line], stdout=subprocess.PIPE, check=True, text=True
    )
    return int(run.stdout) // 1024


def main():
    found = {"load": round(os.getloadavg()[0], 1), "seconds": SECONDS}
    with tempfile.TemporaryDirectory() as folder:
        place = record(folder, SECONDS)
        out = folder + "/out"
        grid = {"from_ms": 0, "to_ms": 20_000}
        found["mixed_thumbnails"] = timed(place, out, SECONDS, kind="programme")
        found["mixed_full"] = timed(place, out, SECONDS, kind="programme", tiles="full")
        found["grid_thumbnails"] = timed(place, out, 20, kind="programme", **grid)
        found["grid_full"] = timed(place, out, 20, kind="programme", tiles="full", **grid)
        found["solo"] = timed(place, out, 20, kind="programme", from_ms=20_000, to_ms=40_000)
        found["mp3"] = timed(place, out, SECONDS, kind="audio")
        found["webm_copy"] = timed(place, out, SECONDS, kind="clip", format="webm", source="s-0/camera")
        found["bundle"] = timed(place, out, SECONDS, kind="bundle")
        pathlib.Path(folder, "line.json").write_text(json.dumps(place.timeline), encoding="utf-8")
        ends = (SECONDS // 3, SECONDS)
        peaks = [child(folder, folder + "/line.json", end, {"kind": "programme", "to_ms": end * 1000}) for end in ends]
        found["peak_mib"] = dict(zip((f"{end} s" for end in ends), peaks, strict=True))
        found["own_peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(found))


if __name__ == "__main__":
    main()
