"""A few threads that do what they are given: what ``concurrent.futures`` brings along takes longer to load than a small cluster to list."""

from __future__ import annotations

import threading
from queue import SimpleQueue

from scanner.typed import Any, Callable, Self


class Pending:
    """Something that a thread will do, or has done."""

    __slots__ = ("_done", "_error", "_task", "_value")

    def __init__(self, task: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        self._task: tuple[Callable[..., Any], tuple[Any, ...]] | None = (task, arguments)
        self._done = threading.Lock()
        self._done.acquire()
        self._value: Any = None
        self._error: BaseException | None = None

    def run(self) -> None:
        """Do it; what it holds on to is let go."""
        task, self._task = self._task, None
        try:
            self._value = task[0](*task[1]) if task is not None else None
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
            self._error = error
        finally:
            self._done.release()

    def result(self) -> Any:
        """Wait for it, and return what came of it, or raise what it raised."""
        with self._done:
            if self._error is not None:
                raise self._error
            return self._value


class Workers:
    """Threads that end with the block; what was asked for is done before."""

    def __init__(self, number: int) -> None:
        self._waiting: SimpleQueue[Pending | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(number)]

    def __enter__(self) -> Self:
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_: object) -> None:
        for _one in self._threads:
            self._waiting.put(None)
        for one in self._threads:
            one.join()

    def submit(self, task: Callable[..., Any], *arguments: Any) -> Pending:
        """Have something done by the next thread that is free, in the order of asking."""
        pending = Pending(task, arguments)
        self._waiting.put(pending)
        return pending

    def _work(self) -> None:
        while (pending := self._waiting.get()) is not None:
            pending.run()
