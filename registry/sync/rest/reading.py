"""Reads collections page by page into the spool. A provider is believed only as far as it can be checked."""

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils import timezone

from registry.models import Source
from registry.sync.errors import PackageRefused
from registry.sync.rest.calling import Reply
from registry.sync.rest.limits import AHEAD, Limits
from registry.sync.rest.provider import Provider
from registry.sync.rest.questions import PLAINEST, next_page, question, total_of
from registry.sync.rest.roles import withdrawn_roles
from registry.sync.rest.spool import Progress, Row, Spool, number_of
from registry.sync.rest.translating import rows_of, tables_of
from registry.sync.rest.values import text_of
from registry.sync.tables import ROLES, USERS

Item = Mapping[str, Any]


class _Shifted(Exception):
    """The collection changed under the reading, or is said to: what was read of it may lack rows."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Reader:
    """Reads collections of one provider; goes on where the spool says that an earlier reading stopped."""

    def __init__(
        self, source: Source, spool: Spool, provider: Provider, *, limits: Limits, tell: Callable[[str, int], None]
    ) -> None:
        self._source = source
        self._spool = spool
        self._provider = provider
        self._limits = limits
        self._tell = tell

    def read(self, collection: str) -> None:
        """The whole collection. One that shifts is read again; one that never holds still refuses the pull."""
        collections = self._spool.state.collections
        progress = collections.setdefault(collection, Progress())
        while not progress.is_done:
            try:
                self._read_on(collection, progress)
            except _Shifted as shifted:
                if progress.readings >= self._limits.readings:
                    raise PackageRefused(shifted.code, file=collection) from None
                self._spool.forget(tables_of(collection))
                progress = collections[collection] = Progress(readings=progress.readings + 1)
                self._spool.keep()

    def _read_on(self, collection: str, progress: Progress) -> None:
        seen = self._spool.ids(collection)
        while not progress.is_done:
            asked, reply = self._page(collection, progress)
            items = _items(reply, collection)
            self._check(items, seen, progress, total_of(reply))
            self._note_dates(items, progress, self._spool.state.since.get(collection))
            self._append(collection, items)
            self._move_on(asked, reply, items, collection=collection, progress=progress)
            self._spool.keep()
            self._tell(collection, progress.rows)

    # -- asking ---------------------------------------------------------------------------------------------------

    def _page(self, collection: str, progress: Progress) -> tuple[str, Reply]:
        state = self._spool.state
        while True:
            asked = progress.next or self._question(collection, 0)
            try:
                reply = self._provider.get(asked)
            except PackageRefused as refusal:
                refusal.file = refusal.file or collection
                raise
            if reply.status == 200:
                return asked, reply
            if progress.pages or state.plainness >= PLAINEST:
                raise PackageRefused("provider_answers_otherwise", file=collection)
            state.plainness += 1

    def _question(self, collection: str, offset: int) -> str:
        state = self._spool.state
        return question(
            state.endpoint,
            collection,
            offset=offset,
            limit=self._limits.page_rows,
            since=state.since.get(collection),
            plainness=state.plainness,
        )

    # -- checking -------------------------------------------------------------------------------------------------

    def _check(self, items: Sequence[Item], seen: set[int], progress: Progress, total: int | None) -> None:
        """Every row once, and the total standing still: else rows may have slipped from one page to another, unread."""
        named = [number_of(name) for item in items if (name := text_of(item.get("sourcedId")))]
        known = sum(number in seen for number in named)
        if named and known == len(named):
            raise _Shifted("provider_repeats")
        if known or len(set(named)) < len(named):
            raise _Shifted("provider_unstable")
        if self._spool.state.is_full and None not in {total, progress.total} and total != progress.total:
            raise _Shifted("provider_unstable")
        seen.update(named)
        progress.total = progress.total if total is None else total

    @staticmethod
    def _note_dates(items: Sequence[Item], progress: Progress, since: dt.datetime | None) -> None:
        latest = timezone.now() + AHEAD
        for item in items:
            at = _moment(text_of(item.get("dateLastModified")))
            if at is None:
                progress.is_undated = True
                continue
            if since is not None and at < since:
                progress.is_unfiltered = True
            if at <= latest and (progress.newest is None or at > progress.newest):
                progress.newest = at

    # -- writing --------------------------------------------------------------------------------------------------

    def _append(self, collection: str, items: Sequence[Item]) -> None:
        is_full = self._spool.state.is_full
        rows: dict[str, list[Row]] = {table: [] for table in tables_of(collection)}
        for item in items:
            for table, row in rows_of(collection, item, is_full=is_full):
                rows[table].append(row)
        if collection == USERS and not is_full:
            changed = {row[0]: row[2] for row in rows[USERS]}
            rows[ROLES] += withdrawn_roles(self._source, changed, {row[0] for row in rows[ROLES]})
        for table, of_table in rows.items():
            self._spool.append(table, of_table)

    def _move_on(self, asked: str, reply: Reply, items: Sequence[Item], *, collection: str, progress: Progress) -> None:
        progress.rows += len(items)
        progress.pages += 1
        following = next_page(reply, asked)
        if not items or (following is None and _is_all(reply, progress)):
            if self._spool.state.is_full and progress.total not in {None, progress.rows}:
                # Less than was promised, taken as everything, would be read as people who left.
                raise _Shifted("provider_unstable")
            progress.is_done = True
        elif progress.pages >= self._limits.pages or progress.rows >= self._limits.rows:
            raise PackageRefused("provider_endless", file=collection)
        progress.next = following or self._question(collection, progress.rows)


def _is_all(reply: Reply, progress: Progress) -> bool:
    """Whether a page without a next one is the last. Without a total and without links only an empty page is."""
    if progress.total is not None:
        return progress.rows >= progress.total
    return "link" in reply.headers


def _items(reply: Reply, collection: str) -> list[Item]:
    try:
        # Not msgspec: half of a surrogate pair in one name would cost the page there, here only its character.
        body = json.loads(reply.body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise PackageRefused("provider_not_json", file=collection) from error
    items = body.get(collection) if isinstance(body, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise PackageRefused("provider_wrong_shape", file=collection)
    return items


def _moment(written: str) -> dt.datetime | None:
    try:
        at = dt.datetime.fromisoformat(written)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)
