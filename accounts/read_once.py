"""What a person may do, read once for each request: a page would ask it of the database a dozen times.

The actions that give or end a role make the rest of their request read anew. Outside a request (a task, a command)
nothing is remembered.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Answer = TypeVar("Answer")

_remembered: ContextVar[dict[Hashable, Any] | None] = ContextVar("read_once", default=None)


@contextmanager
def remembering(known: dict[Hashable, Any] | None = None) -> Iterator[None]:
    """Remember what is read within the block, in `known` where it is given."""
    token = _remembered.set({} if known is None else known)
    try:
        yield
    finally:
        _remembered.reset(token)


def once(key: Hashable, read: Callable[[], Answer]) -> Answer:
    """Return what `read` returned the first time this was asked for in the block; outside one, read it."""
    remembered = _remembered.get()
    if remembered is None:
        return read()
    if key not in remembered:
        remembered[key] = read()
    return remembered[key]  # type: ignore[no-any-return]


def forget() -> None:
    """Read anew from here on: for whatever changes what a person may do."""
    if (remembered := _remembered.get()) is not None:
        remembered.clear()
