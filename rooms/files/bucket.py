"""Files by their digest in a bucket of anything that speaks S3, for installations of several machines without a folder that all
share. The same functions as disk.py; its library is in requirements-s3.txt."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.utils import timezone

from realtime.errors import Overloaded
from rooms.files.disk import Found, sha256_of

_FILES, _UPLOADS, _LEAVING = "files/", "uploads/", "leaving/"
_SETTLED = dt.timedelta(days=1)
_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
_SOON = 5.0


def keep(folder: Path) -> tuple[str, int]:
    """Keep what was made ready, `whole` and perhaps `small`; digest and size of the whole."""
    digest = sha256_of(folder / "whole")
    confirm(folder, digest, is_new=True)
    return digest, (folder / "whole").stat().st_size


def confirm(folder: Path, digest: str, *, is_new: bool = False) -> None:
    """Keep it again, should the clearing have taken it while its row was being written: it had been there before, unused."""
    for made, name in (("small", f"{digest}.small"), ("whole", digest)):
        if (folder / made).exists() and (is_new or _head(_FILES + name) is None):
            _put(_FILES + name, (folder / made).read_bytes())


def find(digest: str, *, small: bool = False) -> Found | None:
    """What is kept under this digest; the small picture where there is one and it is asked for."""
    for name in (f"{digest}.small", digest) if small else (digest,):
        told = _head(_FILES + name)
        if told is not None:
            return Found(name, told["ContentLength"])
    return None


def read(found: Found, start: int, length: int) -> bytes:
    """So many bytes of it from there."""
    if not length:
        return b""
    with _asking():
        told = _client().get_object(
            Bucket=settings.FILES_BUCKET, Key=_FILES + found.name, Range=f"bytes={start}-{start + length - 1}"
        )
        data: bytes = told["Body"].read()
    return data


def append(upload: str, offset: int, data: bytes) -> None:
    """Keep a piece of what is being uploaded. Its length is in its name: a shorter one that comes late takes nothing away."""
    _put(f"{_UPLOADS}{upload}/{offset:012d}-{len(data):08d}", data)


def collect(upload: str, path: Path) -> None:
    """Write all of its pieces to this path, longer ones over shorter ones that begin at the same place."""
    with path.open("wb") as file:
        for one in _listed(f"{_UPLOADS}{upload}/"):
            file.seek(int(one["Key"].rpartition("/")[2].partition("-")[0]))
            with _asking():
                file.write(_client().get_object(Bucket=settings.FILES_BUCKET, Key=one["Key"])["Body"].read())


def drop(upload: str) -> None:
    """Nobody needs its pieces any more."""
    for one in _listed(f"{_UPLOADS}{upload}/"):
        _delete(one["Key"])


def forget(is_wanted: Callable[[str], bool]) -> int:
    """Delete what is a day old and of no digest that is wanted; how many. Several may do so at once."""
    before = timezone.now() - _SETTLED
    begun = [one["Key"] for one in _listed(_UPLOADS) if one["LastModified"] < before]
    for key in begun:
        _delete(key)
    old = [one["Key"] for one in _listed(_FILES) if one["LastModified"] < before]
    return len(begun) + sum(_forget(key, is_wanted) for key in old)


def _forget(key: str, is_wanted: Callable[[str], bool]) -> bool:
    digest = key.removeprefix(_FILES).partition(".")[0]
    told = _head(key)
    if told is None or is_wanted(digest) or told["LastModified"] >= timezone.now() - _SETTLED:
        return False
    # Somebody may send the same at this moment: it is laid aside, and asked about once more when it is gone. Whose row came
    # before that has it back from here; whose row comes after it looks for itself (confirm()).
    aside = _LEAVING + key.removeprefix(_FILES)
    _copy(key, aside)
    _delete(key)
    if stays := is_wanted(digest):
        _copy(aside, key)
    _delete(aside)
    return not stays


def _head(key: str) -> dict[str, Any] | None:
    with _asking():
        try:
            told: dict[str, Any] = _client().head_object(Bucket=settings.FILES_BUCKET, Key=key)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _ABSENT:
                return None
            raise
    return told


def _put(key: str, data: bytes) -> None:
    with _asking():
        _client().put_object(Bucket=settings.FILES_BUCKET, Key=key, Body=data)


def _copy(key: str, to: str) -> None:
    with _asking():
        source = {"Bucket": settings.FILES_BUCKET, "Key": key}
        _client().copy_object(Bucket=settings.FILES_BUCKET, Key=to, CopySource=source)


def _delete(key: str) -> None:
    with _asking():
        _client().delete_object(Bucket=settings.FILES_BUCKET, Key=key)


def _listed(prefix: str) -> Iterator[dict[str, Any]]:
    """Those whose names begin so, by name."""
    pages = _client().get_paginator("list_objects_v2").paginate(Bucket=settings.FILES_BUCKET, Prefix=prefix)
    with _asking():
        found = [one for page in pages for one in page.get("Contents", ())]
    yield from found


@contextmanager
def _asking() -> Iterator[None]:
    """A store that does not answer is a server that is busy: what was sent stays with its sender, and is sent again."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Overloaded(retry_after=_SOON) from error


def _client() -> Any:
    return _client_for(settings.FILES_ENDPOINT)


@cache
def _client_for(endpoint: str) -> Any:
    # Many who speak S3 know no other checksums than the first ones, and no names of buckets before their own.
    how = Config(
        connect_timeout=5,
        read_timeout=20,
        retries={"total_max_attempts": 3, "mode": "standard"},
        s3={"addressing_style": "path"} if endpoint else None,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return boto3.client("s3", endpoint_url=endpoint or None, config=how)
