"""The office signs somebody out wherever they are signed in; it does not reach above itself."""

import json
import urllib.request
from typing import Any

import pytest

from registry.models import AuditLine, Device, Person
from tests.cast import Cast
from tests.wire import Server, session_for


def test_every_session_ends_and_the_reason_stands_in_the_trail(cast: Cast, browser: Any) -> None:
    session_for(cast, cast.hoa)
    session_for(cast, cast.hoa)
    answer = browser(cast.thu).post(f"people/{cast.hoa.pk}/sign-out", because="lost")
    assert (answer.status_code, answer.json()) == (200, {"devices": 2})
    assert not Device.objects.filter(account__person=cast.hoa, ended_at=None).exists()
    assert browser(cast.thu).get(f"people/{cast.hoa.pk}")["account"]["devices"] == 0
    line = AuditLine.objects.get(act="devices.ended")
    assert (line.actor_id, line.subject) == (cast.thu.pk, f"person:{cast.hoa.pk}")
    assert line.details == {"because": "lost", "devices": 2}


def test_who_has_no_account_is_signed_out_of_nothing(cast: Cast, browser: Any) -> None:
    assert browser(cast.thu).post(f"people/{cast.dung.pk}/sign-out", because="other").json() == {"devices": 0}


def test_nobody_signs_out_who_speaks_for_the_same_org_or_one_above(cast: Cast, browser: Any) -> None:
    session_for(cast, cast.hanh)
    answer = browser(cast.thu).post(f"people/{cast.hanh.pk}/sign-out", because="other")
    assert (answer.status_code, answer.json()["code"]) == (403, "decided_above")
    assert Device.objects.filter(account__person=cast.hanh, ended_at=None).exists()
    assert browser(cast.phuc).post(f"people/{cast.hanh.pk}/sign-out", because="lost").status_code == 200
    # Oneself one may.
    session_for(cast, cast.thu)
    assert browser(cast.thu).post(f"people/{cast.thu.pk}/sign-out", because="lost").status_code == 200


def test_strangers_find_nobody_to_sign_out(cast: Cast, browser: Any, head_elsewhere: Person) -> None:
    session_for(cast, cast.hoa)
    for stranger in (head_elsewhere, cast.lan, cast.dung, cast.an, cast.tu):
        answer = browser(stranger).post(f"people/{cast.hoa.pk}/sign-out", because="lost")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert Device.objects.filter(account__person=cast.hoa, ended_at=None).exists()


@pytest.mark.parametrize("body", [{}, {"because": "spite"}, {"because": "lost", "person": 1}])
def test_a_reason_is_wanted(cast: Cast, browser: Any, body: dict[str, Any]) -> None:
    answer = browser(cast.thu).ask("post", f"people/{cast.hoa.pk}/sign-out", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")


@pytest.mark.django_db(transaction=True)
def test_an_open_socket_closes_at_once(server: Server, committed_cast: Cast) -> None:
    cast = committed_cast
    office = session_for(cast, cast.thu)
    with server.socket(session_for(cast, cast.hoa)) as phone:
        wanted = urllib.request.Request(
            f"{server.url}/api/people/{cast.hoa.pk}/sign-out",
            json.dumps({"because": "stranger"}).encode(),
            {"Content-Type": "application/json", "Cookie": f"sid={office}; csrf={'c' * 32}", "X-CSRFToken": "c" * 32},
        )
        with urllib.request.urlopen(wanted) as answer:
            assert json.loads(answer.read()) == {"devices": 1}
        assert phone.close_code() == 4401
