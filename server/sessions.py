"""One live ceremony: one task, one mailbox, one truth.

Order of work for every command: decide, append (on disk, fsynced), evolve, tell (ARCHITECTURE §2). A caller that
goes away while its command is being written changes nothing: the command lives in the mailbox, not in the caller.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Final, Protocol

import msgspec

from recordings.log import EventLog
from signaling import ceremony, events, scenes, views
from signaling.channel import Answers
from signaling.commands import SYSTEM, Actor, AnyCommand, GiveControl, OpenSession
from signaling.errors import DiemcauError, Refused
from signaling.names import Micros, Seat
from signaling.state import State

MAILBOX: Final = 1024
RETELL_S: Final = 10.0
"""Expected times move while an item runs over; screens are told again this often."""
log = logging.getLogger("diemcau.session")


class Screen(Protocol):
    """A connected page: told whenever the state moves."""

    actor: Actor

    def show(self, state: State) -> None:
        """Bring the page up to date; never waits."""


class Letter:
    """A command in the mailbox, and whoever waits for it."""

    __slots__ = ("answer", "by", "command")

    def __init__(self, command: AnyCommand, by: Actor, answer: asyncio.Future[None] | None) -> None:
        """Keep what was asked, by whom, and where the answer goes (None: nobody waits)."""
        self.command = command
        self.by = by
        self.answer = answer


class Session:
    """The ceremony with identifier `name`, driven by its event log."""

    def __init__(self, name: str, log_: EventLog, writer: Executor, now: Callable[[], Micros]) -> None:
        """Fold the log. `writer` is the single thread that may touch it; `now` is UTC µs."""
        self.name = name
        self.now = now
        self.state = ceremony.fold((Micros(entry.at), events.from_plain(entry.event)) for entry in log_.read())
        self.screens: set[Screen] = set()
        self.answers: dict[Seat, Answers] = {}
        self.viewers: dict[Seat, scenes.Viewer] = {}
        self.moved: list[Callable[[State, list[events.AnyEvent]], None]] = []
        self.ready_to_record: Callable[[], bool] = lambda: True
        self.may_control: Callable[[Seat], bool] = lambda _seat: True
        self._log = log_
        self._appends: deque[tuple[float, float]] = deque(maxlen=64)
        self._writer = writer
        self._mailbox: asyncio.Queue[Letter] = asyncio.Queue(MAILBOX)

    def answers_of(self, seat: Seat) -> Answers:
        """Return the memory of a seat's answered commands."""
        return self.answers.setdefault(seat, Answers())

    def head(self) -> str:
        """Return the hash of the last line on disk: what ties a note elsewhere to this log."""
        return self._log.head[1]

    def last_line(self) -> tuple[int, str]:
        """Return number and hash of the last line on disk."""
        return self._log.head

    def append_ms(self) -> int:
        """Return how long the slowest append of the last ten seconds took, the disk included."""
        since = time.monotonic() - 10
        return round(1000 * max((took for begin, took in self._appends if begin >= since), default=0.0))

    async def ask(self, command: AnyCommand, by: Actor) -> None:
        """Have a command carried out. Returns once it is on disk and in force.

        Raises `Refused`, or `DiemcauError` when the log cannot be written.
        """
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            self._mailbox.put_nowait(Letter(command, by, answer))
        except asyncio.QueueFull:
            raise Refused("busy") from None
        await answer

    def report(self, command: AnyCommand) -> None:
        """Put news of the system into the mailbox; nobody waits for it."""
        try:
            self._mailbox.put_nowait(Letter(command, SYSTEM, None))
        except asyncio.QueueFull:
            log.warning("mailbox full, news dropped: %s", type(command).__name__)

    async def run(self) -> None:
        """Serve the mailbox until cancelled."""
        while True:
            letter = await self._mailbox.get()
            try:
                await self._carry_out(letter.command, letter.by)
            except DiemcauError as error:
                _answer(letter, error)
            except BaseException:
                _answer(letter, Refused("internal"))
                raise
            else:
                _answer(letter, None)

    async def retell(self) -> None:
        """Tell every screen the expected times again, now and then, until cancelled."""
        while True:
            await asyncio.sleep(RETELL_S)
            self.tell()

    async def _carry_out(self, command: AnyCommand, by: Actor) -> None:
        if isinstance(command, OpenSession) and not self.ready_to_record():
            raise Refused("recorder-not-ready")
        if isinstance(command, GiveControl) and not self.may_control(command.seat):
            raise Refused("seat-absent")
        at = self.now()
        happened = ceremony.decide(self.state, command, by, at)
        if not happened:
            return
        who = msgspec.to_builtins(by)
        entries = [(who, events.to_plain(event)) for event in happened]
        begin = time.monotonic()
        await asyncio.get_running_loop().run_in_executor(self._writer, self._log.append, entries, at)
        self._appends.append((begin, time.monotonic() - begin))
        for event in happened:
            self.state = ceremony.evolve(self.state, event, at)
        for told in self.moved:
            told(self.state, happened)
        if not all(isinstance(event, events.RecorderChanged) for event in happened):
            self.tell()

    def tell(self) -> None:
        """Bring every screen up to date."""
        for screen in tuple(self.screens):
            screen.show(self.state)

    def casting(self) -> scenes.Casting:
        """Return what the media plane must know of this state."""
        if self.state.phase == "none":
            return scenes.Casting()
        return scenes.casting(self.state, tuple(self.viewers.values()))

    def seat(self, actor: Actor) -> None:
        """Remember a seat as a viewer; it stays one while its socket is away (its picture does not stop)."""
        desk = actor.role in views.DESK
        self.viewers[actor.seat] = scenes.Viewer(actor.seat, desk, actor.site)

    def unseat(self, seat: Seat) -> None:
        """Forget a seat."""
        self.viewers.pop(seat, None)
        self.answers.pop(seat, None)


def _answer(letter: Letter, error: DiemcauError | None) -> None:
    if letter.answer is None:
        if error is not None and not isinstance(error, Refused):
            log.error("news not recorded: %s", error)
        return
    with contextlib.suppress(asyncio.InvalidStateError):
        if error is None:
            letter.answer.set_result(None)
        else:
            letter.answer.set_exception(error)
