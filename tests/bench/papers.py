"""What signatures and minutes cost, through warm workers: ticket, finish with a time stamp, proof, judgement, minutes of three hours.

Prints JSON: the median of N runs in ms (`N=20`), and the size of what was made.
"""

import asyncio
import json
import os
import pathlib
import statistics
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import msgspec  # noqa: E402
from kit import papers  # noqa: E402
from kit.minutes_material import long  # noqa: E402
from kit.pki import pki, tsa  # noqa: E402

from recordings.papers_asks import (  # noqa: E402
    ExtendAsk,
    Extended,
    FinishAsk,
    Finished,
    MinutesAsk,
    MinutesMade,
    PageAsk,
    PageImage,
    Prepared,
    Report,
    TsaSetting,
    ValidateAsk,
)
from recordings.pdf_check import check  # noqa: E402
from recordings.ticket import check as check_ticket  # noqa: E402
from server.paper_jobs import answer, pack  # noqa: E402
from server.workers import Workers, kind_of  # noqa: E402

N = int(os.environ.get("N", "10"))
FOUND = {}


async def warm(workers, kind):
    """Wait until the waiting worker has loaded what it needs: it then sleeps on its input."""
    await workers.ready(kind)
    pid = workers._warm[kind].pid
    for _ in range(400):
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        before = int(fields[11]) + int(fields[12])
        await asyncio.sleep(0.15)
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        if fields[0] == "S" and int(fields[11]) + int(fields[12]) == before:
            return


async def timed(workers, name, job, ask, kind, runs=N):
    took = []
    for _ in range(runs):
        await warm(workers, kind_of(job))
        began = time.perf_counter()
        told, parts = answer(await workers.run(job, msgspec.json.encode(ask[0]), pack(ask[1])), kind)
        took.append((time.perf_counter() - began) * 1000)
    FOUND[f"{name}_ms"] = round(statistics.median(took))
    FOUND[f"{name}_worst_ms"] = round(max(took))
    print(name, FOUND[f"{name}_ms"], file=sys.stderr, flush=True)
    return told, parts


async def lag(name, meanwhile, most=60.0):
    """How late the loop is at timers every 5 ms while something runs, p50 and p99 in ms."""
    late = []
    task = asyncio.ensure_future(meanwhile)
    deadline = time.monotonic() + most
    while not task.done() and time.monotonic() < deadline:
        due = time.monotonic() + 0.005
        await asyncio.sleep(0.005)
        late.append((time.monotonic() - due) * 1000)
    await task
    late.sort()
    FOUND[f"loop_lag_{name}_ms"] = {"p50": round(late[len(late) // 2], 2), "p99": round(late[len(late) * 99 // 100], 2)}


async def again(workers, job, ask, times=10):
    for _ in range(times):
        await workers.run(job, msgspec.json.encode(ask[0]), pack(ask[1]))


async def main():
    sys.setswitchinterval(0.0005)  # as the server sets it
    workers, certs = Workers(), pki()
    head, four = await asyncio.to_thread(papers.published), await asyncio.to_thread(papers.signed)
    parts = [head, head, certs.cert("a"), *certs.chain, papers.blue()]
    made, (prepared, attrs) = await timed(
        workers, "ticket", "paper.prepare", (papers.ask("btg-lanhdao", chain=1, image=True), parts), Prepared
    )
    began = time.perf_counter()
    await asyncio.to_thread(check_ticket, made.ticket, prepared, head, certs.cert("a"))
    FOUND["signer_check_ms"] = round((time.perf_counter() - began) * 1000)
    with tsa(certs) as url:
        setting = TsaSetting(url, (url.split("/")[2],))
        value = certs.sign("a", attrs)
        told, _ = await timed(workers, "finish_with_tsa", "paper.finish", (FinishAsk(made.ticket, setting), [prepared, value]), Finished)
        assert told.level == "B-T"
        await lag("idle", asyncio.sleep(5))
        await lag("tickets", again(workers, "paper.prepare", (papers.ask("btg-lanhdao", chain=1, image=True), parts)))
        await lag("finishing", again(workers, "paper.finish", (FinishAsk(made.ticket, setting), [prepared, value])))
        ask = ExtendAsk(setting, 1, crls=2)
        told, (proven,) = await timed(workers, "ltv_of_four", "paper.extend", (ask, [four, certs.root, *certs.crls()]), Extended, 5)
        assert told.level == "B-LTA"
    await timed(workers, "validate_four", "paper.validate", (ValidateAsk(papers.ORDER, roots=1), [four, certs.root]), Report, 5)
    await timed(workers, "validate_four_lta", "paper.validate", (ValidateAsk(papers.ORDER, roots=1), [proven, certs.root]), Report, 5)
    await timed(workers, "page_1200px", "paper.page", (PageAsk(1, 1200), [head]), PageImage)
    book, _ = long(3)
    log = book.bytes()
    FOUND["minutes_log_bytes"], FOUND["minutes_log_lines"] = len(log), len(book.lines)
    _, (pdf,) = await timed(workers, "minutes_3h", "minutes.pdf", (MinutesAsk(), [log, b""]), MinutesMade, 3)
    FOUND["minutes_pdf_bytes"], FOUND["minutes_pages"] = len(pdf), check(pdf).pages
    await workers.close()
    print(json.dumps(FOUND))


if __name__ == "__main__":
    asyncio.run(main())
