"""A pass opens files without a cookie: what people uploaded is asked for by an address that no cookie is looked at for, so
that nothing in a file can ever act as whoever opens it."""

import datetime as dt

from django.contrib.sessions.models import Session
from django.core import signing
from django.db.models import Exists
from django.utils import timezone

from realtime.errors import NotFound
from registry.models import Account, Person
from registry.selectors import live_people

_LIFE = dt.timedelta(hours=1)
_SALT = "rooms.files.pass"
_SCHEME = "Bearer "


def issue(account: Account, session_hash: str) -> tuple[str, dt.datetime]:
    """A pass for this account's session, and until when it is good. The session is named by its hash, which signs in nobody."""
    told = signing.dumps([account.pk, session_hash], salt=_SALT)
    return told, timezone.now() + _LIFE


def holder(header: str) -> Person:
    """The live person whose pass this Authorization header brings, if its session is still open; else NotFound, as if
    there were no such file."""
    if not header.startswith(_SCHEME):
        raise NotFound
    try:
        account, session_hash = signing.loads(header.removeprefix(_SCHEME), salt=_SALT, max_age=_LIFE)
    except signing.BadSignature:
        raise NotFound from None
    open_session = Session.objects.filter(session_key=session_hash, expire_date__gt=timezone.now())
    people = live_people().filter(account__pk=account, account__is_active=True)
    found: Person | None = people.filter(Exists(open_session)).first()
    if found is None:
        raise NotFound
    return found
