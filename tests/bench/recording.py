"""What recording costs: CPU of the whole recorder per track, at 720p rates. Prints JSON."""

import json
import os
import pathlib
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from kit.recording_material import audio_packets, fake_frame, video_packets  # noqa: E402

from recordings.tracks import clips_of  # noqa: E402
from recordings.verify import verify  # noqa: E402
from server.clock import monotonic_us  # noqa: E402
from server.recorder import Recorder  # noqa: E402

SOURCES, SECONDS, FRAME_BYTES = 9, int(os.environ.get("SECONDS", "20")), 5_000


def main():
    frames = [fake_frame(n, n % 100 == 0, FRAME_BYTES) for n in range(25 * SECONDS)]
    events = [("hi", *one) for one in video_packets(frames)]
    events += [("lo", *one) for one in video_packets([fake_frame(n, n % 100 == 0, 700) for n in range(25 * SECONDS)])]
    events += [("a", *one) for one in audio_packets([b"\xf8" + bytes(80)] * 50 * SECONDS)]
    events.sort(key=lambda one: one[2])
    layers = {"hi": "h", "lo": "l", "a": "a"}
    with tempfile.TemporaryDirectory() as folder:
        idle = drive(Recorder(folder + "/idle", "s", epoch_us=0, report=lambda news: None), events, layers, False)
        busy = drive(Recorder(folder + "/busy", "s", epoch_us=0, report=lambda news: None), events, layers, True)
        clips = clips_of(folder + "/busy")
        begin = time.perf_counter()
        verify(folder + "/busy")
        took = time.perf_counter() - begin
        size = sum(path.stat().st_size for path in pathlib.Path(folder, "busy", "tracks").glob("*.webm"))
    tracks = len(clips)
    print(
        json.dumps(
            {
                "cpu_percent_per_track": round((busy - idle) / SECONDS * 100 / tracks, 3),
                "cpu_percent_all": round((busy - idle) / SECONDS * 100, 2),
                "tracks": tracks,
                "mbit_s": round(size * 8 / SECONDS / 1e6, 1),
                "verify_s_per_track_hour": round(took / tracks * 3600 / SECONDS, 2),
            }
        )
    )


def drive(recorder, events, layers, recording):
    recorder.start()
    recorder.set_recording(recording)
    begin, cpu = monotonic_us(), time.process_time()
    for kind, packet, at in events:
        if begin + at > monotonic_us():
            time.sleep((begin + at - monotonic_us()) / 1e6)
        for n in range(SOURCES):
            recorder.sink.packet(f"site-{n}/camera", 1, layers[kind], packet, begin + at)
    recorder.stop(10)
    return time.process_time() - cpu


if __name__ == "__main__":
    main()
