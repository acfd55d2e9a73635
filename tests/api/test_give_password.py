"""manage.py give_password."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from registry.models import Account, AuditLine
from tests.cast import Cast


def given(**options: object) -> tuple[str, str]:
    """The name and the password."""
    out = StringIO()
    call_command("give_password", stdout=out, **options)
    name, password = (line.split(": ")[1] for line in out.getvalue().splitlines())
    return name, password


def sign_in(client: Client, name: str, password: str) -> int:
    body = {"username": name, "password": password}
    return client.post("/api/session", body, content_type="application/json").status_code


def test_a_teacher_gets_in_for_the_first_time(cast: Cast, client: Client) -> None:
    name, password = given(person=cast.lan.pk, username="lan.nguyen")

    assert name == "lan.nguyen"
    assert sign_in(client, name, password) == 200
    assert password not in str(list(AuditLine.objects.values()))


def test_a_lost_password_is_replaced_and_the_old_devices_are_signed_out(cast: Cast, client: Client) -> None:
    name, first = given(person=cast.lan.pk)
    assert sign_in(client, name, first) == 200

    again, second = given(person=cast.lan.pk)

    assert (again, first == second) == (name, False)
    assert client.get("/api/me").status_code == 401
    assert sign_in(Client(), name, first) == 401
    assert sign_in(Client(), name, second) == 200
    assert Account.objects.filter(person=cast.lan).count() == 1


def test_the_registrys_name_is_taken_if_it_is_free(cast: Cast) -> None:
    for person in (cast.lan, cast.minh):
        person.username = "gv01"
        person.save()

    assert given(person=cast.lan.pk)[0] == "gv01"
    assert given(person=cast.minh.pk)[0] != "gv01"
    with pytest.raises(CommandError, match="Somebody else signs in as GV01"):
        given(person=cast.minh.pk, username="GV01")


def test_nobody_of_the_registry_gets_none(db: None) -> None:
    with pytest.raises(CommandError, match="No person 999999"):
        given(person=999999)
