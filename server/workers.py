"""Work on foreign bytes in processes of their own: one job each, then gone, within limits (TRUST §6).

The event loop never parses an upload, and a parser that is taken over holds nothing but that upload. Bytes go in and
bytes come out: nothing of a worker is ever unpickled here. One worker is kept warm, started after the first job:
loading openpyxl costs more than reading a run sheet.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import sys
from collections.abc import Mapping
from typing import Final

import msgspec

from signaling.errors import DiemcauError, Refused

JOBS: Final[Mapping[str, str]] = {
    "sheet.read": "server.imports:job_read",
    "sheet.xlsx": "server.imports:job_xlsx",
    "sheet.yaml": "server.imports:job_yaml",
}
"""Name → `module:function(options, data) -> bytes`. Nothing else can be asked of a worker."""
WARM: Final = ("server.imports", "server.sheets.from_xlsx", "server.sheets.to_xlsx")
"""Modules the waiting worker has loaded."""
MEMORY: Final = 1 << 30
CPU_S: Final = 20
LONGEST_S: Final = 25.0
"""Wall clock; the CPU limit ends a busy worker first."""
MOST_OUT: Final = 64 << 20
AT_ONCE: Final = 2
WAITING: Final = 8
_ROOT: Final = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class WorkerFailed(Refused):
    """A worker ended without an answer: limit, deadline, crash or a fault of ours. `why` is for the log."""

    def __init__(self, why: str) -> None:
        """Keep the reason."""
        super().__init__("worker-failed")
        self.why = why


class Task(msgspec.Struct, frozen=True):
    """The first line to a worker."""

    job: str
    options: int
    data: int


class Workers:
    """The worker processes of a hub."""

    def __init__(self, *, cpu_s: int = CPU_S, memory: int = MEMORY, longest_s: float = LONGEST_S) -> None:
        """Start nothing yet."""
        self._limits = (cpu_s, memory)
        self._longest_s = longest_s
        self._room = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._warm: asyncio.subprocess.Process | None = None
        self._closed = False

    async def run(self, job: str, options: bytes, data: bytes) -> bytes:
        """Return the job's answer. Raises `WorkerFailed`; `Refused("busy")` when too many wait already."""
        assert job in JOBS
        if self._waiting >= WAITING:
            raise Refused("busy")
        self._waiting += 1
        try:
            async with self._room:
                return await self._one(job, options, data)
        finally:
            self._waiting -= 1

    async def _one(self, job: str, options: bytes, data: bytes) -> bytes:
        process, self._warm = self._warm, None
        if process is None or process.returncode is not None:
            process = await self._start()
        head = msgspec.json.encode(Task(job, len(options), len(data))) + b"\n"
        try:
            async with asyncio.timeout(self._longest_s):
                answer = await _exchange(process, head + options + data)
        except TimeoutError:
            raise WorkerFailed(f"{job}: no answer within {self._longest_s:.0f} s") from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if process.returncode != 0:
            raise WorkerFailed(f"{job}: exit {process.returncode}, {len(answer)} bytes")
        with contextlib.suppress(WorkerFailed):
            await self._keep_warm()
        return answer

    async def _keep_warm(self) -> None:
        if self._warm is not None or self._closed:
            return
        spare = await self._start()
        if self._warm is not None or self._closed:  # another job was quicker
            spare.kill()
            await spare.wait()
        else:
            self._warm = spare

    async def _start(self) -> asyncio.subprocess.Process:
        cpu_s, memory = self._limits
        environment = {"PYTHONPATH": _ROOT, "PYTHONUTF8": "1", "TZ": "Asia/Ho_Chi_Minh", "PATH": os.defpath}
        try:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", "server.workers", str(cpu_s), str(memory),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
                cwd=_ROOT, env=environment, limit=1 << 20,
            )  # fmt: skip
        except OSError as error:
            raise WorkerFailed(f"cannot start: {error}") from None

    async def close(self) -> None:
        """End the waiting worker; jobs still running end by their own deadline."""
        self._closed = True
        if self._warm is not None:
            with contextlib.suppress(ProcessLookupError):
                self._warm.kill()
            await self._warm.wait()
            self._warm = None


async def _exchange(process: asyncio.subprocess.Process, question: bytes) -> bytes:
    """Send everything, take everything until the worker ends. Raises `WorkerFailed` for an endless answer."""
    assert process.stdin is not None
    assert process.stdout is not None
    stdin, stdout, answer = process.stdin, process.stdout, bytearray()

    async def feed() -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            stdin.write(question)
            await stdin.drain()
        stdin.close()

    async def take() -> None:
        while piece := await stdout.read(1 << 16):
            answer.extend(piece)
            if len(answer) > MOST_OUT:
                raise WorkerFailed("an answer of more than 64 MiB")
        await process.wait()

    await asyncio.gather(feed(), take())
    return bytes(answer)


def _limit(cpu_s: int, memory: int) -> None:
    """Bind this process before it sees a byte. Elsewhere than on Unix only the deadline holds."""
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, MOST_OUT),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    with contextlib.suppress(OSError):
        os.nice(10)


def work(cpu_s: int, memory: int) -> int:
    """Do one job from standard input to standard output; the exit code says whether an answer was written."""
    os.umask(0o077)
    _limit(cpu_s, memory)
    for name in WARM:
        importlib.import_module(name)
    line = sys.stdin.buffer.readline(4096)
    if not line:
        return 0
    task = msgspec.json.decode(line, type=Task)
    module, _, function = JOBS[task.job].partition(":")
    options, data = sys.stdin.buffer.read(task.options), sys.stdin.buffer.read(task.data)
    try:
        answer = getattr(importlib.import_module(module), function)(options, data)
    except (DiemcauError, MemoryError):
        return 3
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(work(int(sys.argv[1]), int(sys.argv[2])))
