import asyncio
import os
import subprocess
import sys
import time

import msgspec
import pytest
from kit.ceremonies import first_ceremony, sheet_bytes

from server import imports, workers
from server.workers import WorkerFailed, Workers
from signaling.errors import Refused


@pytest.fixture
async def made():
    found = []

    def make(**limits):
        found.append(Workers(**limits))
        return found[-1]

    yield make
    for one in found:
        await one.close()


ORDER = msgspec.json.encode(imports.Order())


async def test_a_job_comes_back(made):
    pool = made()
    reading = msgspec.json.decode(await pool.run("sheet.read", ORDER, sheet_bytes()), type=imports.Reading)
    assert reading.draft == first_ceremony()


async def test_each_worker_does_one_job_and_one_waits_warm(made):
    pool = made()
    await pool.run("sheet.read", ORDER, b"x")
    first = pool._warm["sheet"].pid
    began = time.perf_counter()
    await pool.run("sheet.read", ORDER, sheet_bytes())
    print(f"warm worker: {(time.perf_counter() - began) * 1000:.0f} ms")
    assert pool._warm["sheet"].pid != first
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


async def test_the_cpu_limit_ends_a_worker(made):
    draft = first_ceremony()
    long = msgspec.structs.replace(draft, items=draft.items * 600)
    pool = made(cpu_s=1, longest_s=60.0)
    with pytest.raises(WorkerFailed) as caught:
        await pool.run("sheet.xlsx", b'"vi"', msgspec.json.encode(long))
    assert "exit -" in caught.value.why
    assert pool._waiting == 0


async def test_the_deadline_ends_a_worker(made):
    pool = made(longest_s=0.01)
    began = time.perf_counter()
    with pytest.raises(WorkerFailed) as caught:
        await pool.run("sheet.read", ORDER, sheet_bytes())
    assert caught.value.code == "worker-failed"
    assert time.perf_counter() - began < 5


async def test_too_little_memory_is_a_typed_failure(made):
    pool = made(memory=24 << 20)
    with pytest.raises(WorkerFailed):
        await pool.run("sheet.read", ORDER, sheet_bytes())


async def test_wrong_options_are_a_typed_failure(made):
    with pytest.raises(WorkerFailed):
        await made().run("sheet.read", b"no json", b"")


async def test_a_dead_spare_is_not_used(made):
    pool = made()
    await pool.run("sheet.read", ORDER, b"x")
    pool._warm["sheet"].kill()
    await pool._warm["sheet"].wait()
    assert await pool.run("sheet.read", ORDER, b"x")


async def test_many_at_once_queue_and_then_are_refused(made):
    pool = made()
    jobs = [asyncio.create_task(pool.run("sheet.read", ORDER, b"x")) for _ in range(workers.WAITING + 2)]
    answers = await asyncio.gather(*jobs, return_exceptions=True)
    refused = [one for one in answers if isinstance(one, Refused)]
    assert [one.code for one in refused] == ["busy", "busy"]
    assert sum(isinstance(one, bytes) for one in answers) == workers.WAITING


async def test_a_caller_that_goes_away_leaves_nothing_behind(made):
    pool = made()
    job = asyncio.create_task(pool.run("sheet.read", ORDER, sheet_bytes()))
    await asyncio.sleep(0.05)
    job.cancel()
    await asyncio.gather(job, return_exceptions=True)
    assert pool._waiting == 0
    assert await pool.run("sheet.read", ORDER, b"x")


async def test_the_loop_runs_on_meanwhile(made):
    pool = made()
    await pool.run("sheet.read", ORDER, b"x")
    worst, stop = 0.0, asyncio.Event()

    async def watch():
        nonlocal worst
        while not stop.is_set():
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            worst = max(worst, time.perf_counter() - before - 0.005)

    watching = asyncio.create_task(watch())
    await pool.run("sheet.xlsx", b'"vi"', msgspec.json.encode(first_ceremony()))
    stop.set()
    await watching
    print(f"loop lag beside a worker: {worst * 1000:.1f} ms")
    assert worst < 1.0


def test_the_server_itself_never_loads_a_spreadsheet_parser():
    code = "import sys, server.app; sys.exit(any(n in sys.modules for n in ('openpyxl', 'defusedxml')))"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=workers._ROOT).returncode == 0
