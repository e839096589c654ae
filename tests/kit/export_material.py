"""A small recorded ceremony: coloured pictures and tones as real clips, scenes and gates as a real timeline."""

import fractions
import functools
import math

import av
import numpy as np
from kit.ceremonies import Play
from kit.recording_material import EPOCH_US, Studio, audio_packets, on_time, video_packets

from recordings.export.cards import Words
from recordings.timeline import Snapshot, timeline
from recordings.tracks import clips_of
from signaling import commands as do
from signaling import events

WORDS = Words("Xin chờ trong giây lát", "Mất tín hiệu", {"camera": "Camera ngừng gửi hình"}, "Đơn vị", "Lúc", "SHA-256")
RED, GREEN, BLUE = (81, 90, 240), (145, 54, 34), (41, 240, 110)
"""Y, U, V of full colours, video range."""
DARK, WHITE = (30, 128, 128), (235, 128, 128)


@functools.cache
def picture(colours, size=(160, 96), fps=25, gop=25):
    """Encoded VP8, one frame per colour: (bytes, key)."""
    codec = av.CodecContext.create("libvpx", "w")
    codec.width, codec.height, codec.pix_fmt = *size, "yuv420p"
    codec.time_base, codec.bit_rate = fractions.Fraction(1, fps), 300_000
    codec.options = {"g": str(gop), "deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "auto-alt-ref": "0"}
    found = []
    for n, colour in enumerate(colours):
        frame = av.VideoFrame(*size, "yuv420p")
        for plane, value in zip(frame.planes, colour, strict=True):
            plane.update(bytes([value]) * plane.buffer_size)
        frame.pts = n
        found += [bytes(packet) for packet in codec.encode(frame)]
    found += [bytes(packet) for packet in codec.encode(None)]
    return tuple((data, not data[0] & 1) for data in found)


@functools.cache
def tone(spans, seconds, hertz=440):
    """Encoded Opus, sounding within (from, to) seconds only."""
    codec = av.CodecContext.create("libopus", "w")
    codec.sample_rate, codec.layout, codec.format = 48_000, "stereo", "s16"
    codec.time_base, codec.bit_rate = fractions.Fraction(1, 48_000), 64_000
    t = np.arange(int(seconds * 48_000)) / 48_000
    loud = sum(((t >= a) & (t < b)).astype(float) for a, b in spans) * 12_000
    wave = (np.sin(t * math.tau * hertz) * loud).astype(np.int16)
    found = []
    for n in range(len(wave) // 960):
        both = np.repeat(wave[n * 960 : (n + 1) * 960], 2)
        frame = av.AudioFrame.from_ndarray(both[None, :], format="s16", layout="stereo")
        frame.sample_rate, frame.pts = 48_000, n * 960
        found += [bytes(packet) for packet in codec.encode(frame)]
    return tuple(found)


def both(frames, sounds):
    """(layer, packet, capture) of picture and sound."""
    found = [("h", *one) for one in video_packets(frames)] + [("a", *one) for one in audio_packets(sounds)]
    return sorted(found, key=lambda one: one[2])


class Stage:
    """A ceremony's folder being recorded: sources come and go on one clock, then a timeline is folded."""

    def __init__(self, folder, session="s1"):
        self.folder = str(folder)
        self.studio = Studio(folder, session)
        self.begin = self.studio.now
        self.states = []

    def record(self, source, at_s, packets, klass="hi"):
        """One clip of a source that begins `at_s` seconds into the ceremony."""
        self.studio.now = self.begin + int(at_s * 1e6)
        take = self.studio.take(source, klass)
        self.studio.play(take, on_time(packets))
        self.studio.wait(take, self.studio.now + 700_000)
        take.end("closed", self.studio.now)
        self.studio.keeping.once(self.studio.now)
        self.last = take

    def scene(self, at_s, layout, *positions, item=None, gates=(), slate=None, lower_third=None, phase="open", sheet=None):
        """From here on: `positions` are (source, x, y, w, h)."""
        seen = tuple(dict(zip(("source", "x", "y", "w", "h"), one, strict=True)) for one in positions)
        state = Snapshot(
            layout, seen, dict.fromkeys(gates, "open"), item, None, phase, {}, slate, layout, lower_third=lower_third, sheet=sheet,
        )
        self.states.append((EPOCH_US + self.begin + int(at_s * 1e6), state))

    def done(self, end_s, titles=None):
        """Close everything; returns the timeline."""
        self.scene(end_s, "slate", phase="closed", slate={"kind": "title", "title": {"vi": "Hết", "en": "End"}, "text": None})
        self.studio.close(self.last)
        line = timeline(self.states, clips_of(self.folder), EPOCH_US + self.studio.now)
        for n, chapter in enumerate(line["chapters"], 1):
            chapter |= {"n": n, "title": {"vi": (titles or {}).get(chapter["item"], chapter["item"]), "en": "x"}}
        return line | {
            "session": "s1", "title": {"vi": "Lễ ký kết", "en": "Signing"}, "utc_offset_s": 25_200,
            "sites": [{"id": s, "n": n, "name": {"vi": f"Điểm cầu {s}", "en": s}} for n, s in enumerate(("an", "ba", "chi"))],
        }


def whole(w=1280, h=720):
    return (0, 0, w, h)


class Film:
    """A finished film, decoded: frames by time (640×360), sound, chapters."""

    def __init__(self, path):
        with av.open(str(path)) as container:
            self.format = container.format.name
            self.duration = container.duration / av.time_base
            self.chapters = [
                (round(float(c["start"] * c["time_base"]), 2), round(float(c["end"] * c["time_base"]), 2), c["metadata"]["title"])
                for c in container.chapters()
            ]
            streams = [*container.streams.video, *container.streams.audio]
            self.codecs = {stream.type: stream.codec_context.name for stream in streams}
            self.frames, sound = [], []
            mono = av.AudioResampler("flt", "mono", 48_000)
            for packet in container.demux(streams):
                for frame in packet.decode():
                    if isinstance(frame, av.VideoFrame):
                        self.size = frame.width, frame.height
                        small = frame.reformat(640, 360, "rgb24", interpolation="BILINEAR")
                        self.frames.append((frame.time, small.to_ndarray()))
                    else:
                        sound += [(frame.time, one.to_ndarray()[0]) for one in mono.resample(frame)]
        self.sound = np.zeros(int((max((t + len(x) / 48_000 for t, x in sound), default=0) + 1) * 48_000), np.float32)
        for t, x in sound:
            at = round(t * 48_000)
            self.sound[max(at, 0) : at + len(x)] = x[max(0, -at) :]

    def at(self, s):
        return max((one for one in self.frames if one[0] <= s + 1e-6), key=lambda one: one[0])[1]

    def colour(self, s, x=0.5, y=0.5):
        """The mean colour around a place of the frame, as the name of the nearest one."""
        frame = self.at(s)
        h, w, _ = frame.shape
        top, left = int(y * h), int(x * w)
        part = frame[max(0, top - 4) : top + 4, max(0, left - 4) : left + 4].reshape(-1, 3).mean(0)
        named = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "black": (0, 0, 0), "white": (255, 255, 255),
                 "card": (18, 22, 29), "slate": (122, 18, 24)}  # fmt: skip
        return min(named, key=lambda name: float(np.abs(part - np.array(named[name])).sum()))

    def loud(self, from_s, to_s):
        part = self.sound[int(from_s * 48_000) : int(to_s * 48_000)]
        return float(np.sqrt((part**2).mean())) if len(part) else 0.0


def recorded(folder, seconds=8):
    """A closed ceremony `play` in a folder, log and clips: slate, the hub red from 2 s on with an open gate."""
    stage = Stage(folder, "play")
    play = Play(now=EPOCH_US + stage.begin)
    play.opened()
    for at_s, command in (
        (0, do.SetMic("hub", "closed")),
        (1, do.TakeItem("diem-danh", play.state.agenda_rev)), (1, do.PrepareScene("solo:hub")), (2, None), (2, do.SetMic("hub", "open")),
        (3, do.SetCaption("Ông Nguyễn Văn Ẩn")), (5, do.ClearCaption()), (seconds, do.CloseSession("hết giờ")),
    ):  # fmt: skip
        play.now = EPOCH_US + stage.begin + at_s * 1_000_000
        play.do(command or do.CutScene(play.state.scene_rev))
    for at, event in play.log:
        stage.studio.log.append([({"seat": "p-1-a", "role": "operator"}, events.to_plain(event))], at)
    stage.record("hub/camera", 0, both(picture((RED,) * 25 * seconds), tone(((0, seconds),), seconds)))
    stage.studio.keeping.finish(stage.studio.now)
    stage.studio.log.close()
    return stage.folder
