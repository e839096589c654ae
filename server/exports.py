"""Exports as jobs: kept in the store, made one at a time by a worker process that gives way to live ceremonies.

Two lanes. What decodes waits while any session is open, and is stopped in the middle when one opens. Stills and byte
copies go on beside it. A restart finds running jobs and begins them again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import sys
from collections.abc import Callable
from typing import Any, Final, Literal

import msgspec

from recordings.export.asks import Ask
from recordings.export.landing import Made, sweep
from server.access_chain import AccessChain
from server.export_orders import News, Order
from server.store import Store
from signaling.commands import Actor
from signaling.errors import DiemcauError, Refused
from signaling.names import Micros

FOLDER: Final = "exports"
WAITING: Final = 50
LOOK_S: Final = 0.25
"""How soon a session that opened stops an export, and one that closed lets it go on."""
_ROOT: Final = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
State = Literal["queued", "waiting", "running", "done", "failed", "cancelled"]
log = logging.getLogger("diemcau.exports")


class Job(msgspec.Struct):
    """One export. `state` as kept; `shown()` says `waiting` for what an open session holds up."""

    id: str
    session: str
    ask: Ask
    by: Actor
    created_us: Micros
    state: State = "queued"
    ended_us: Micros | None = None
    made: Made | None = None
    code: str | None = None
    fraction: float = 0.0
    left_s: float | None = None

    @property
    def file(self) -> str:
        """Return the name of its file."""
        return f"{self.id}.{self.ask.format}"

    @property
    def ended(self) -> bool:
        """Tell whether nothing more happens to it."""
        return self.state in ("done", "failed", "cancelled")


class Exports:
    """The jobs of a hub and the processes that carry them out."""

    def __init__(
        self, store: Store, chain: AccessChain, folder_of: Callable[[str], str], now: Callable[[], Micros],
        busy: Callable[[], bool], player: str | None = None, captioner: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        """`busy` tells whether a session is open; `player` is a folder for bundles, `captioner` the command that writes
        captions, if there is one. Nothing runs until `run`.
        """
        self.captioner = captioner
        self._store, self._chain, self._folder_of, self._now, self._busy = store, chain, folder_of, now, busy
        self._player = player if player is not None and os.path.isdir(player) else None
        self.jobs: dict[str, Job] = {job.id: job for job in store.run_now(_load)}
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._news = asyncio.Event()

    def path(self, job: Job) -> str:
        """Return where its file is or will be."""
        return os.path.join(self._folder_of(job.session), FOLDER, job.file)

    def shown(self, job: Job) -> State:
        """Return the state people are told."""
        held_up = job.state in ("queued", "running") and job.ask.decodes() and self._busy()
        return "waiting" if held_up else job.state

    def of(self, session: str) -> list[Job]:
        """Return the jobs of a ceremony, newest first."""
        return sorted((job for job in self.jobs.values() if job.session == session), key=lambda job: -job.created_us)

    def find(self, session: str, name: str) -> Job:
        """Return a job of a ceremony. Raises `Refused("no-export")`."""
        found = self.jobs.get(name)
        if found is None or found.session != session:
            raise Refused("no-export")
        return found

    async def add(self, session: str, ask: Ask, by: Actor) -> Job:
        """Queue an export. Raises `Refused`: `export-wrong`, `exports-full`, `export-no-captioner`."""
        ask = ask.settled()
        if ask.kind == "captions" and not self.captioner:
            raise Refused("export-no-captioner")
        if sum(not job.ended for job in self.jobs.values()) >= WAITING:
            raise Refused("exports-full")
        job = Job(secrets.token_hex(8), session, ask, by, self._now())
        await self._keep(job)
        self.jobs[job.id] = job
        self._news.set()
        return job

    async def remove(self, job: Job) -> None:
        """Call an unfinished job off; of a finished one remove the file. Idempotent."""
        if not job.ended:
            job.state, job.ended_us = "cancelled", self._now()
            process = self._processes.get(job.id)
            if process is not None:
                # a stopped process takes no other signal; what it had begun is swept by `_carry_out`
                _signal(process, signal.SIGKILL)
            await self._keep(job)
            return
        with contextlib.suppress(FileNotFoundError):
            await asyncio.to_thread(os.unlink, self.path(job))
        del self.jobs[job.id]
        await self._store.run(lambda db: db.execute("DELETE FROM exports WHERE id = ?", (job.id,)))

    async def run(self) -> None:
        """Carry out what is queued until cancelled; then running workers end and stay queued for the next start."""
        for session in {job.session for job in self.jobs.values()}:
            await asyncio.to_thread(sweep, os.path.join(self._folder_of(session), FOLDER))
        async with asyncio.TaskGroup() as group:
            group.create_task(self._lane(decoding=True))
            group.create_task(self._lane(decoding=False))

    async def _lane(self, *, decoding: bool) -> None:
        while True:
            job = self._next(decoding=decoding)
            if job is None or (decoding and self._busy()):
                self._news.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), LOOK_S)
                continue
            await self._carry_out(job)

    def _next(self, *, decoding: bool) -> Job | None:
        queued = [job for job in self.jobs.values() if job.state == "queued" and job.ask.decodes() is decoding]
        return min(queued, key=lambda job: job.created_us, default=None)

    async def _carry_out(self, job: Job) -> None:
        job.state = "running"
        await self._keep(job)
        try:
            news = await self._work(job)
        except OSError as error:
            news = News(code="export-failed", why=f"cannot start: {error.strerror}")
        await asyncio.to_thread(self._tidy, job, made=news.made is not None)
        if job.state == "running" and news.made is not None:
            news = await self._noted(job, news, news.made)
        if job.state != "running":  # called off in the last moment
            await asyncio.to_thread(self._tidy, job, made=False)
            return
        job.state = "failed" if news.made is None else "done"
        job.made, job.code, job.ended_us, job.fraction, job.left_s = news.made, news.code, self._now(), 1.0, None
        if news.why:
            log.warning("export %s: %s", job.id, news.why)
        await self._keep(job)

    async def _noted(self, job: Job, news: News, made: Made) -> News:
        """Write the line of the access chain; an export nobody could trace is not handed out."""
        span = {"from_ms": made.from_ms, "to_ms": made.to_ms, "bytes": made.bytes, "sha": made.sha}
        try:
            asked = msgspec.to_builtins(job.ask)
            await self._chain.note("record.exported", job.by, job.session, export=job.id, ask=asked, **span)
        except DiemcauError as error:
            await asyncio.to_thread(self._tidy, job, made=False)
            return News(code="export-disk-full", why=str(error))
        return news

    def _tidy(self, job: Job, *, made: bool) -> None:
        """Remove what a worker that was killed left behind."""
        folder = os.path.dirname(self.path(job))
        sweep(folder, job.file)
        if not made:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.path(job))

    async def _work(self, job: Job) -> News:
        """Run the worker; return its last news. Raises `OSError` if it cannot start."""
        order = Order(self._folder_of(job.session), self.path(job), job.ask, job.session, self._player, self.captioner)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "server.export_job", cwd=_ROOT, env={"PYTHONPATH": _ROOT, "PYTHONUTF8": "1", "PATH": os.defpath},
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # whoever works for it stops, goes on and ends with it
        )  # fmt: skip
        self._processes[job.id] = process
        try:
            if job.state != "running":
                return News(code="cancelled")
            return await self._listen(job, process, msgspec.json.encode(order) + b"\n")
        finally:
            del self._processes[job.id]
            _signal(process, signal.SIGKILL)
            await process.wait()

    async def _listen(self, job: Job, process: asyncio.subprocess.Process, order: bytes) -> News:
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            process.stdin.write(order)
            await process.stdin.drain()
        last, stopped = News(), False
        line = asyncio.ensure_future(process.stdout.readline())
        try:
            while True:
                done, _ = await asyncio.wait({line}, timeout=LOOK_S)
                stopped = self._give_way(job, process, stopped=stopped)
                if not done:
                    continue
                if not (data := line.result()):
                    break
                last = _read(data)
                job.fraction, job.left_s = last.fraction, last.left_s
                line = asyncio.ensure_future(process.stdout.readline())
        finally:
            line.cancel()
        return last if last.made or last.code else News(code="export-failed", why="the worker ended without an answer")

    def _give_way(self, job: Job, process: asyncio.subprocess.Process, *, stopped: bool) -> bool:
        """Stop a decoding worker while a session is open, let it go on afterwards; return whether it stands."""
        wanted = job.ask.decodes() and self._busy()
        if wanted != stopped:
            _signal(process, signal.SIGSTOP if wanted else signal.SIGCONT)
        return wanted

    async def _keep(self, job: Job) -> None:
        row = (
            job.id, job.session, _text(job.ask), _text(job.by), job.state, job.created_us, job.ended_us,
            None if job.made is None else _text(job.made), job.code,
        )  # fmt: skip
        marks = ",".join("?" * len(row))
        await self._store.run(lambda db: db.execute(f"INSERT OR REPLACE INTO exports VALUES ({marks})", row))  # noqa: S608


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """Signal a worker and everything it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _read(line: bytes) -> News:
    try:
        return msgspec.json.decode(line, type=News)
    except (msgspec.MsgspecError, ValueError):
        return News(code="export-failed", why="the worker spoke nonsense")


def _load(db: Any) -> list[Job]:
    """Return every job; one that was running is queued again."""
    db.execute("UPDATE exports SET state = 'queued' WHERE state = 'running'")
    found = []
    for name, session, ask, by, state, created_us, ended_us, made, code in db.execute("SELECT * FROM exports").fetchall():
        try:
            done = None if made is None else msgspec.json.decode(made, type=Made)
            asked, actor = msgspec.json.decode(ask, type=Ask), msgspec.json.decode(by, type=Actor)
        except msgspec.MsgspecError:
            continue  # of a version that asked for other things
        found.append(Job(name, session, asked, actor, created_us, state, ended_us, done, code, float(done is not None)))
    return found
