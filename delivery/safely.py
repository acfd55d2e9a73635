"""Tells about a bug without telling what was in hand: messages of errors may quote names and texts."""

import logging
import traceback


def log_bug(log: logging.Logger, error: BaseException, text: str, *ids: object) -> None:
    """One error line: what was tried for which ids, the error's kind and where it happened, never its words."""
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error(f"{text}: %s at\n%s", *ids, type(error).__name__, where)
