"""Whether this process lives, and whether it can serve."""

import logging

from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from registry.staleness import silent_sources

log = logging.getLogger(__name__)

# Set by serve when it drains: proxies stop sending newcomers here while those who are in finish.
draining = False
_migrated = False


@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return _answer({"live": True})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: the database answers, every migration is applied, nobody is draining this process. Without Redis the
    server goes on, by polling: that is `degraded`, not down."""
    if draining:
        return _answer({"ready": False, "because": "draining"}, status=503)
    try:
        migrated = _database_answers_and_is_migrated()
    except Error as error:
        log.warning("not ready: the database does not answer (%s)", type(error).__name__)
        return _answer({"ready": False, "because": "database"}, status=503)
    if not migrated:
        return _answer({"ready": False, "because": "migrations"}, status=503)
    return _answer({"ready": True, "degraded": not _redis_answers()})


@require_safe
def registryz(request: HttpRequest) -> JsonResponse:
    """For an alarm: 503 while a source that is pulled by schedule was not read for 26 hours (T42)."""
    try:
        stale = bool(silent_sources())
    except Error as error:
        log.warning("the registry's age is unknown: the database does not answer (%s)", type(error).__name__)
        return _answer({"stale": None, "because": "database"}, status=503)
    return _answer({"stale": stale}, status=503 if stale else 200)


def _database_answers_and_is_migrated() -> bool:
    global _migrated  # noqa: PLW0603  once applied, migrations stay applied
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _redis_answers() -> bool:
    if not settings.REDIS_URL:
        return True
    from redis.exceptions import RedisError  # noqa: PLC0415  only where Redis is used

    try:
        cache.set("readyz", 1, 5)
    except RedisError as error:
        log.warning("degraded: Redis does not answer (%s)", type(error).__name__)
        return False
    return True


def _answer(body: dict[str, object], *, status: int = 200) -> JsonResponse:
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store"})
