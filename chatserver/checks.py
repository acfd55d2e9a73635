"""System checks for the mistakes an operator can make; their text is the remedy. `serve` stops at an error."""

from collections.abc import Collection, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004
from django.db import connections

from broadcasts.ladder.governing import default_quiet

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# What each setting of PostgreSQL must not be: an answered "sent" would not survive a power cut.
LOSES_COMMITS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

Apps = Sequence[AppConfig] | None


@register(Tags.compatibility)
def one_process_on_sqlite(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Redis is for several processes, SQLite for one."""
    if not (settings.ON_SQLITE and settings.REDIS_URL):
        return []
    text = "REDIS_URL is set, but the database is SQLite, which only one process may use."
    return [Error(text, hint="Set DATABASE_URL to PostgreSQL 15 or newer, or remove REDIS_URL.", id="chatserver.E001")]


@register(Tags.security)
def redis_carries_no_plain_text(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """What children and parents write passes through Redis: encrypted, or not at all."""
    keys = settings.CHANNEL_LAYERS["default"].get("CONFIG", {}).get("symmetric_encryption_keys")
    if not settings.REDIS_URL or keys:
        return []
    text = "Redis would carry messages in plain text."
    hint = "Set LAYER_KEY, the same for all processes: openssl rand -base64 48"
    return [Error(text, hint=hint, id="chatserver.E002")]


@register(Tags.compatibility)
def redis_client_reads_for_ever(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """redis 8 closes idle blocking reads: processes would stop hearing each other."""
    installed = version("redis")
    if int(installed.split(".")[0]) < 8:
        return []
    text = f"The Python package redis is {installed}; from 8 on it closes idle reads, and live delivery stops."
    return [Error(text, hint="pip install -r requirements.txt", id="chatserver.E003")]


@register(Tags.compatibility)
def a_bucket_has_its_library(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Only who keeps files in a bucket needs what speaks to it."""
    if not settings.FILES_BUCKET or find_spec("boto3") is not None:
        return []
    text = "FILES_BUCKET is set, but the library that speaks to buckets is not installed."
    return [Error(text, hint="pip install -r requirements-s3.txt", id="chatserver.E011")]


@register(Tags.security)
def test_doors_are_closed(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """What opens a door for tests is closed everywhere else."""
    if settings.TESTING or not settings.OUTSIDE_TEST_HOSTS:
        return []
    text = "OUTSIDE_TEST_HOSTS lets pushes leave for hosts that are not push services."
    return [Error(text, hint="Remove OUTSIDE_TEST_HOSTS; it is for tests only.", id="chatserver.E004")]


@register(Tags.security)
def no_debug_pages(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Debug pages show settings and data to whoever makes an error happen."""
    if not settings.DEBUG:
        return []
    return [Error("DEBUG is on.", hint="Leave DEBUG = False in chatserver/settings.py.", id="chatserver.E005")]


@register(Tags.compatibility)
def quiet_hours_are_hours(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Families' quiet hours can be read, or are left empty."""
    try:
        default_quiet()
    except ValueError:
        text = f"QUIET_HOURS is not two hours of the day: {settings.QUIET_HOURS}"
        return [Error(text, hint="Write them as QUIET_HOURS=21:00-06:00; empty: none.", id="chatserver.E010")]
    return []


@register(Tags.security)
def hosts_are_named(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Origins and hosts are named in full; the one that people type is among them."""
    found: list[CheckMessage] = []
    if "*" in settings.ALLOWED_HOSTS or any("*" in origin for origin in settings.ORIGINS):
        hint = "Name each host in ALLOWED_HOSTS (school.example.vn) and each origin in ORIGINS (https://school.example.vn)."
        found.append(Error("A wildcard lets any page act for a parent.", hint=hint, id="chatserver.E006"))
    odd = [origin for origin in settings.ORIGINS if urlsplit(origin).path or not urlsplit(origin).netloc]
    if odd:
        hint = "Write scheme, host and port only, as browsers do: https://school.example.vn"
        found.append(Error(f"No browser sends these ORIGINS: {', '.join(odd)}", hint=hint, id="chatserver.E007"))
    if settings.PUBLIC_URL not in settings.ORIGINS:
        hint = "Add PUBLIC_URL to ORIGINS, or leave ORIGINS unset."
        found.append(Error("Pages from PUBLIC_URL may not open the socket.", hint=hint, id="chatserver.E008"))
    return found


@register(Tags.security)
def sign_in_is_encrypted(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Without TLS a cookie can be read on the way, and no browser allows pushes."""
    if settings.BEHIND_TLS or urlsplit(settings.PUBLIC_URL).hostname in LOOPBACK:
        return []
    text = f"PUBLIC_URL {settings.PUBLIC_URL} is not https: sign-in can be overheard, and pushes do not work."
    hint = "Put a proxy with a certificate in front (docker-compose.yml) and set PUBLIC_URL to https://…"
    return [Warning(text, hint=hint, id="chatserver.W001")]


@register(Tags.database)
def commits_survive(app_configs: Apps, databases: Collection[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Asked at the start of `serve`: "sent" means that it is on disk."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        if connections[alias].vendor != "postgresql":
            continue
        with connections[alias].cursor() as cursor:
            for name, losing in LOSES_COMMITS.items():
                cursor.execute("SELECT current_setting(%s)", [name])
                if cursor.fetchone()[0] == losing:
                    hint = f"In postgresql.conf: {name} = on; then restart PostgreSQL."
                    text = f"PostgreSQL runs with {name} = {losing}: confirmed messages can be lost."
                    found.append(Error(text, hint=hint, id="chatserver.E009"))
    return found
