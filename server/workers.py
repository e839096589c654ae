"""Work on foreign bytes in processes of their own: one job each, then gone, within limits (TRUST §6).

The event loop never parses an upload, and a parser that is taken over holds nothing but that upload. Bytes go in and
bytes come out: nothing of a worker is ever unpickled here. One worker of each kind is kept warm, started after its
first job: loading openpyxl costs more than reading a run sheet, loading what signs a PDF more than signing one.
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
    "paper.check": "server.paper_intake:job_check",
    "paper.page": "server.paper_intake:job_page",
    "paper.publish": "server.paper_work:job_publish",
    "paper.prepare": "server.paper_work:job_prepare",
    "paper.stamp_scan": "server.paper_work:job_stamp_scan",
    "paper.finish": "server.paper_work:job_finish",
    "paper.extend": "server.paper_work:job_extend",
    "paper.validate": "server.paper_work:job_validate",
    "minutes.facts": "server.minutes_work:job_facts",
    "minutes.pdf": "server.minutes_work:job_pdf",
    "minutes.docx": "server.minutes_work:job_docx",
    "seal.token": "server.paper_work:job_token",
}
"""Name → `module:function(options, data) -> bytes`. Nothing else can be asked of a worker."""


class Kind(msgspec.Struct, frozen=True):
    """What workers of a kind have loaded while they wait, and what they may use: bytes, seconds of CPU, of the clock.

    `more`: bytes a program they start may use.
    """

    warm: tuple[str, ...]
    memory: int = 1 << 30
    cpu_s: int = 20
    longest_s: float = 25.0
    more: int = 0


KINDS: Final[Mapping[str, Kind]] = {
    "sheet": Kind(("server.imports", "server.sheets.from_xlsx", "server.sheets.to_xlsx")),
    # LibreOffice reserves more memory than it uses, and starts slowly
    "intake": Kind(("server.paper_intake",), cpu_s=60, longest_s=90.0, more=8 << 30),
    "paper": Kind(("server.paper_work", "server.minutes_work"), longest_s=40.0),
}
_INTAKE: Final = ("paper.check", "paper.page")
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

    def __init__(self, **limits: float) -> None:
        """Start nothing yet. `limits` replace those of every kind."""
        self._kinds = {name: msgspec.structs.replace(kind, **limits) for name, kind in KINDS.items()}
        self._rooms = {name: asyncio.Semaphore(AT_ONCE) for name in KINDS}
        self._waiting = 0
        self._warm: dict[str, asyncio.subprocess.Process] = {}
        self._closed = False

    async def run(self, job: str, options: bytes, data: bytes) -> bytes:
        """Return the job's answer. Raises `WorkerFailed`; `Refused("busy")` when too many wait already."""
        assert job in JOBS
        if self._waiting >= WAITING:
            raise Refused("busy")
        self._waiting += 1
        try:
            kind = kind_of(job)
            async with self._rooms[kind]:
                return await self._one(kind, job, options, data)
        finally:
            self._waiting -= 1

    async def ready(self, kind: str) -> None:
        """Have a worker of a kind waiting before the first job is asked for. Failing is left to that job."""
        with contextlib.suppress(WorkerFailed):
            await self._keep_warm(kind)

    async def _one(self, kind: str, job: str, options: bytes, data: bytes) -> bytes:
        process = self._warm.pop(kind, None)
        if process is None or process.returncode is not None:
            process = await self._start(kind)
        head = msgspec.json.encode(Task(job, len(options), len(data))) + b"\n"
        longest_s = self._kinds[kind].longest_s
        try:
            async with asyncio.timeout(longest_s):
                answer = await _exchange(process, head + options + data)
        except TimeoutError:
            raise WorkerFailed(f"{job}: no answer within {longest_s:.0f} s") from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if process.returncode != 0:
            raise WorkerFailed(f"{job}: exit {process.returncode}, {len(answer)} bytes")
        with contextlib.suppress(WorkerFailed):
            await self._keep_warm(kind)
        return answer

    async def _keep_warm(self, kind: str) -> None:
        if kind in self._warm or self._closed:
            return
        spare = await self._start(kind)
        if kind in self._warm or self._closed:  # another job was quicker
            spare.kill()
            await spare.wait()
        else:
            self._warm[kind] = spare

    async def _start(self, kind: str) -> asyncio.subprocess.Process:
        environment = {"PYTHONPATH": _ROOT, "PYTHONUTF8": "1", "TZ": "Asia/Ho_Chi_Minh", "PATH": os.defpath}
        limits = msgspec.json.encode(self._kinds[kind]).decode()
        try:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", "server.workers", limits,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
                cwd=_ROOT, env=environment, limit=1 << 20,
            )  # fmt: skip
        except OSError as error:
            raise WorkerFailed(f"cannot start: {error}") from None

    async def close(self) -> None:
        """End the waiting workers; jobs still running end by their own deadline."""
        self._closed = True
        while self._warm:
            _, process = self._warm.popitem()
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def kind_of(job: str) -> str:
    """Return the kind of worker a job is for."""
    if job in _INTAKE:
        return "intake"
    return "sheet" if job.startswith("sheet.") else "paper"


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


def _limit(kind: Kind) -> None:
    """Bind this process before it sees a byte. Elsewhere than on Unix only the deadline holds."""
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return
    for what, most, hard in (
        (resource.RLIMIT_AS, kind.memory, max(kind.memory, kind.more)),
        (resource.RLIMIT_CPU, kind.cpu_s, kind.cpu_s),
        (resource.RLIMIT_FSIZE, MOST_OUT, MOST_OUT),
        (resource.RLIMIT_NOFILE, 64, 1024 if kind.more else 64),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(what, (most, hard))
    with contextlib.suppress(OSError):
        os.nice(10)


def work(kind: Kind) -> int:
    """Do one job from standard input to standard output; the exit code says whether an answer was written."""
    os.umask(0o077)
    _limit(kind)
    for name in kind.warm:
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
    raise SystemExit(work(msgspec.json.decode(sys.argv[1], type=Kind)))
