"""Tells about a bug without telling what was in hand: the words of an error may quote what somebody wrote."""

import logging
import traceback


def log_bug(log: logging.Logger, error: BaseException, text: str, *about: object) -> None:
    """One error line: what was tried, the error's kind and where it happened; never its words."""
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error(f"{text}: %s at\n%s", *about, type(error).__name__, where)
