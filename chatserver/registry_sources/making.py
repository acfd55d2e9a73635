"""Sources as administrators above them make and change them. Whoever calls has asked registry/sync/permission.py."""

from typing import Any

from django.db import transaction

from chatserver.registry_sources.errors import AddressNotAllowed, SecretWanted, SourceExists, SourceNameTaken
from chatserver.registry_sources.guarded import is_allowed
from realtime.errors import BadInput
from registry import audit
from registry.models import Org, Person, Source
from registry.sync.rest.sources import set_up

REST = ("endpoint", "token_endpoint", "client_id", "runs_at")
ADDRESSES = ("endpoint", "token_endpoint")
Kind = Source.Kind


@transaction.atomic
def make(kind: str, name: str, scope: Org, *, by: Person, **given: Any) -> Source:
    """A source that speaks for an org. `given`: those of REST, and the secret."""
    if kind == Kind.SHEET:
        _refuse_list_of(scope)
    _refuse_name(name)
    source = Source.objects.create(name=name, kind=kind, scope_org=scope, semicolons_allowed=kind == Kind.SHEET)
    audit.record(
        by,
        "registry.source_made",
        subject=f"source:{source.pk}",
        concerning=scope.pk,
        kind=kind,
        org=scope.pk,
    )
    _set_up(source, given, by)
    return source


@transaction.atomic
def change(source: Source, *, by: Person, name: str = "", **given: Any) -> None:
    """Another name; of a REST source another address, secret or time, too."""
    Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    if name and name != source.name:
        _refuse_name(name)
        source.name = name
        source.save(update_fields=["name"])
        audit.record(
            by,
            "registry.source_renamed",
            subject=f"source:{source.pk}",
            concerning=source.scope_org_id,
        )
    _set_up(source, given, by)


def _set_up(source: Source, given: dict[str, Any], by: Person) -> None:
    secret = given.get("secret", "")
    changed = {field: given[field] for field in REST if field in given and given[field] != getattr(source, field)}
    if not (secret or changed):
        return
    if source.kind != Kind.REST:
        raise BadInput(field=", ".join(sorted({*changed, *(("secret",) if secret else ())})))
    for field in ADDRESSES:
        if changed.get(field) and not is_allowed(changed[field]):
            raise AddressNotAllowed(field=field)
    if source.client_secret and not secret and not changed.keys().isdisjoint(ADDRESSES):
        # Whoever may change the address must not get at the secret by sending it to an address of their own.
        raise SecretWanted
    set_up(source, by=by, secret=secret, **changed)


def _refuse_name(name: str) -> None:
    if Source.objects.filter(name=name).exists():
        raise SourceNameTaken


def _refuse_list_of(scope: Org) -> None:
    if scope.type != Org.Type.SCHOOL:
        raise BadInput(field="scope")
    if Source.objects.filter(kind=Kind.SHEET, scope_org=scope).exists():
        raise SourceExists
