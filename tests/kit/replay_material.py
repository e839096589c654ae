"""A ceremony's folder for the replay page: a real log and real clips on one virtual clock, closed or still growing."""

import contextlib

from kit.ceremonies import Play
from kit.recording_material import EPOCH_US, Studio, audio_packets, h264_packets, on_time, opus, video_packets

from server.web.offline import listening, offline
from signaling import commands as do
from signaling import events
from signaling.commands import SYSTEM

CUT = {"vp8": video_packets, "h264": h264_packets}


def packets(frames, codec="vp8", seconds=None, fps=25):
    """(layer, packet, capture) of encoded frames with a tone beside them; `seconds` without a tone longer than they are."""
    seconds = seconds or len(frames) // fps
    sounds = (opus() * (seconds // 4 + 1))[: 50 * seconds]
    both = [("h", *one) for one in CUT[codec](frames)] + [("a", *one) for one in audio_packets(sounds)]
    return sorted(both, key=lambda one: one[2])


class Record:
    """The folder of a ceremony called `play`, opened at 0 s."""

    def __init__(self, folder, draft=None):
        self.studio = Studio(folder, "play")
        self.folder, self.begin = self.studio.folder, self.studio.now
        self.play = Play(draft, now=EPOCH_US + self.begin)
        self.play.opened()
        self._told = 0
        self.takes = {}
        self.tell()

    def do(self, at_s, *commands):
        """What the operator did at a moment."""
        self.play.now = EPOCH_US + self.begin + int(at_s * 1e6)
        for command in commands:
            self.play.do(command)
        self.tell()

    def line(self, at_s, *judged):
        """What the media plane judged of a line: site, way, colour, reason and its size."""
        self.play.now = EPOCH_US + self.begin + int(at_s * 1e6)
        self.play.do(do.ReportLine(*judged), SYSTEM)
        self.tell()

    def cut(self, at_s, scene):
        """Another picture on air."""
        self.do(at_s, do.PrepareScene(scene))
        self.do(at_s, do.CutScene(self.play.state.scene_rev))

    def tell(self):
        """Write what happened to the log."""
        for at, event in self.play.log[self._told :]:
            self.studio.log.append([({"seat": "p-1-a", "role": "operator", "name": "Lan"}, events.to_plain(event))], at)
        self._told = len(self.play.log)

    def grow(self, source, parts, klass="hi"):
        """Record more of a source: packets by capture time since the opening; a first call begins its clip."""
        first = (source, klass) not in self.takes
        if first:
            self.studio.now = self.begin
            self.takes[source, klass] = self.studio.take(source, klass)
        shift = self.studio.now - self.begin
        self.studio.play(self.takes[source, klass], on_time([(layer, packet, at - shift) for layer, packet, at in parts]))

    def close(self, at_s):
        """The ceremony ends, and with it every clip."""
        self.do(at_s, do.CloseSession("hết giờ"))
        for take in self.takes.values():
            take.end("closed", self.studio.now)
            self.studio.keeping.once(self.studio.now)
        self.studio.keeping.finish(self.studio.now)
        self.studio.log.close()
        return self.folder


@contextlib.asynccontextmanager
async def served(folder):
    """The replay page over a folder; yields its address."""
    runner, port = await listening(offline(str(folder), "play"), 0)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()
