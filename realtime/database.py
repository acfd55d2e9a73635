"""The bounded threads in which sockets reach the database: as many as the connection pool has connections for them,
because threads beyond it would only queue."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import close_old_connections

P = ParamSpec("P")
R = TypeVar("R")
_threads: ThreadPoolExecutor | None = None


async def in_database(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """The function's answer, from a database thread."""
    return await asyncio.get_running_loop().run_in_executor(
        threads(), partial(_fresh, partial(function, *args, **kwargs))
    )


def threads() -> ThreadPoolExecutor:
    """This process's database threads, started when first needed."""
    global _threads  # noqa: PLW0603  one pool a process
    if _threads is None:
        _threads = ThreadPoolExecutor(settings.DATABASE_THREADS, thread_name_prefix="database")
    return _threads


def _fresh(function: Callable[[], R]) -> R:
    """Django closes or checks connections around an HTTP request; nobody does it for a socket, so it is done here."""
    close_old_connections()
    try:
        return function()
    finally:
        close_old_connections()


def stop() -> None:
    """Begin nothing new; what runs may finish."""
    if _threads is not None:
        _threads.shutdown(wait=False, cancel_futures=True)
