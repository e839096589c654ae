"""What the ceremony's core costs at its largest: 200 items, 60 sites. Prints JSON: µs of a command, s of a long log.

`decide` and `evolve` of an item taken, a microphone set and a site lost and back; folding 20,000 events; and the same from the
disk, chain checked, as a start after a crash does it.
"""

import json
import os
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [ROOT, os.path.join(ROOT, "tests")]

from kit.ceremonies import OPERATOR, Play  # noqa: E402

from recordings.log import EventLog  # noqa: E402
from signaling import ceremony, events  # noqa: E402
from signaling import commands as do  # noqa: E402
from tests.signaling.test_speed import largest  # noqa: E402

EVENTS = 20_000


def commands(play, n):
    """The n-th round of commands, each with who gives it."""
    site = f"diem-cau-thanh-phan-{n % 59}/camera"
    yield do.TakeItem(play.state.next, play.state.agenda_rev), OPERATOR
    yield do.SetMic("hub", "closed" if n % 2 else "open"), OPERATOR
    for how in ("lost", "back"):
        yield do.ReportPresence(site, how), do.SYSTEM


def main():
    play = Play(largest()).opened()
    spent = []
    for n in range(150):
        for command, by in commands(play, n):
            begin = time.perf_counter()
            state = play.state
            happened = ceremony.decide(state, command, by, play.now)
            for event in happened:
                state = ceremony.evolve(state, event, play.now)
            spent.append((time.perf_counter() - begin) * 1e6)
            play.log += [(play.now, event) for event in happened]
            play.state = state
        play.wait(1)
    spent.sort()
    log = (play.log + play.log[2:] * 60)[:EVENTS]
    begin = time.perf_counter()
    assert ceremony.fold(log).seq == EVENTS
    folded = time.perf_counter() - begin
    with tempfile.TemporaryDirectory() as folder:
        kept = EventLog.open(folder, "s", create=True)
        kept.append([({}, events.to_plain(event)) for _, event in log], play.now)
        kept.close()
        begin = time.perf_counter()
        opened = EventLog.open(folder, "s")
        ceremony.fold((entry.at, events.from_plain(entry.event)) for entry in opened.read())
        from_disk = time.perf_counter() - begin
        opened.close()
    print(json.dumps({
        "command_us": {"p50": round(spent[len(spent) // 2]), "p90": round(spent[len(spent) * 9 // 10]), "max": round(spent[-1])},
        "fold_20000_s": round(folded, 2), "open_20000_s": round(from_disk, 2),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
