"""A signed-in browser: begun with its session, ended with it, its sockets and its push address."""

import datetime as dt

from django.contrib.auth import login, logout
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from chatserver.signin import assured
from chatserver.signin.agents import names_of
from chatserver.signin.session_store import end_session
from delivery.models import PushSubscription
from realtime import cut_sessions
from registry import audit
from registry.models import Account, Device
from registry.sessions import hash_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@transaction.atomic
def begin(request: HttpRequest, account: Account) -> Device:
    """Signs this browser in under a new session key, and ends whatever session it brought along."""
    earlier = device_of(request)
    login(request, account, backend=BACKEND)
    assured.begin(request, account)
    if request.session.session_key is None:
        request.session.create()
    device = Device.objects.create(
        account=account, session_hash=session_hash_of(request), label=label_of(request.headers.get("User-Agent", ""))
    )
    if earlier is not None:
        end(earlier)
    audit.record(account.person, "device.begun", subject=f"device:{device.pk}")
    return device


def leave(request: HttpRequest) -> None:
    """Signs this browser out."""
    device = device_of(request)
    if device is not None:
        end(device)
    logout(request)


@transaction.atomic
def end(device: Device) -> None:
    """The device is signed out now: its next request, its open sockets, its push address."""
    if device.ended_at is None:
        device.ended_at = timezone.now()
        device.save(update_fields=["ended_at"])
        audit.record(device.account.person, "device.ended", subject=f"device:{device.pk}")
    end_session(device.session_hash)
    PushSubscription.objects.filter(device=device).delete()
    cut_sessions([device.session_hash])


def seen(request: HttpRequest) -> None:
    """Notes that the device is in use, and lets its session last so much longer; once an hour at most, since more would
    be a write with every start of the app. Who opens the app twice a year never has to ask the school for a new code."""
    now = timezone.now()
    mine = Device.objects.filter(session_hash=session_hash_of(request), last_seen_at__lt=now - dt.timedelta(hours=1))
    if mine.update(last_seen_at=now):
        request.session.modified = True


def end_all(account: Account, *, but: Device | None = None) -> None:
    """Signs the account out everywhere, or everywhere else."""
    for device in open_devices(account):
        if but is None or device.pk != but.pk:
            end(device)


def open_devices(account: Account) -> list[Device]:
    """The devices that are signed in, last used first. A session that ran out takes its device along."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return list(account.devices.filter(ended_at=None, session_hash__in=alive).order_by("-last_seen_at"))


def device_of(request: HttpRequest) -> Device | None:
    """The device that this request comes from, if it is signed in."""
    if not isinstance(request.user, Account) or request.session.session_key is None:
        return None
    return Device.objects.filter(session_hash=session_hash_of(request)).select_related("account__person").first()


def session_hash_of(request: HttpRequest) -> str:
    """The name under which this request's session is kept."""
    return hash_of(request.session.session_key or "")


def label_of(user_agent: str) -> str:
    """ "Chrome trên Android": in the reader's language, from known names only."""
    browser, system = names_of(user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")
