"""Who lost every second factor is let in again by somebody over them, and by nobody else."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from delivery.models import Dispatch
from delivery.sources import source_named
from registry.models import AuditLine, Device, Person, PersonLink
from tests.assured import assure, code_of, enrol
from tests.cast import Cast
from tests.rooms.conftest import Browser
from tests.signin.conftest import post, sign_in


@pytest.fixture(autouse=True)
def _nobody_has_tried_before() -> Any:
    cache.clear()
    yield
    cache.clear()


def sure(cast: Cast, person: Person, **how: Any) -> Browser:
    """A browser in which this person has just given their second factor."""
    found = Browser(cast, person)
    assure(found._client, **how)
    return found


def help_out(cast: Cast, helper: Person, who: Person) -> Any:
    return sure(cast, helper).ask("post", f"people/{who.pk}/lost-factors")


def test_the_head_lets_her_clerk_in_again(cast: Cast) -> None:
    secret, name = enrol(cast.account(cast.thu)), cast.account(cast.thu).username
    phone = Client()
    sign_in(phone, name)
    assert post(phone, "/api/session/code", {"totp": code_of(secret)}).status_code == 200

    answer = help_out(cast, cast.hanh, cast.thu)
    assert answer.status_code == 200, answer.content
    code = answer.json()["code"]

    # Everything of before is over.
    assert phone.get("/api/me").status_code == 401
    assert not Device.objects.filter(account__person=cast.thu, ended_at=None).exists()
    line = AuditLine.objects.get(act="second_factor.let_in")
    assert (line.actor_id, line.subject) == (cast.hanh.pk, f"person:{cast.thu.pk}")
    assert code not in str(line.details)

    # The password alone opens nothing, the old app neither; the code does, once.
    fresh = Client()
    wanted = sign_in(fresh, name)
    assert (wanted.json()["code"], wanted.json()["facts"]) == ("second_factor_wanted", {"types": ["recovery_codes"]})
    old = post(fresh, "/api/session/code", {"totp": code_of(secret, steps=1)})
    assert old.json()["code"] == "second_factor_wrong"
    assert post(fresh, "/api/session/code", {"totp": code.lower().replace("-", " ")}).status_code == 200
    # It is no second factor: that is yet to be set up.
    assert fresh.get("/api/me").json()["second_factor"] == {"wanted": True, "enrolled": False, "fresh_until": None}
    again = Client()
    sign_in(again, name)
    assert post(again, "/api/session/code", {"totp": code}).json()["code"] == "second_factor_wrong"

    anew = fresh.post("/api/second-factor/totp", {}, content_type="application/json").json()["secret"]
    done = fresh.put("/api/second-factor/totp", {"code": code_of(anew)}, content_type="application/json")
    assert len(done.json()["recovery_codes"]) == 10
    assert sign_in(Client(), name).json()["facts"] == {"types": ["recovery_codes", "totp"]}


def test_the_code_alone_opens_nothing(cast: Cast) -> None:
    enrol(cast.account(cast.thu))
    code = help_out(cast, cast.hanh, cast.thu).json()["code"]

    stranger = Client()
    assert sign_in(stranger, cast.account(cast.thu).username, "khong-phai-no").status_code == 401
    assert post(stranger, "/api/session/code", {"totp": code}).json()["code"] == "not_signed_in"
    assert post(stranger, "/api/activation/look", {"code": code}).json()["code"] == "code_unknown"


def test_a_code_not_used_in_time_opens_nothing(cast: Cast) -> None:
    enrol(cast.account(cast.thu))
    code = help_out(cast, cast.hanh, cast.thu).json()["code"]
    row = Authenticator.objects.get()
    row.data["let_in_until"] = "2026-01-01T00:00:00+00:00"
    row.save()

    late = Client()
    assert sign_in(late, cast.account(cast.thu).username).json()["code"] == "second_factor_wanted"
    assert post(late, "/api/session/code", {"totp": code}).json()["code"] == "second_factor_wrong"
    # Nor is the door open without it: the next code is asked for where the first one came from.
    assert help_out(cast, cast.hanh, cast.thu).status_code == 200


@pytest.mark.parametrize(
    ("helper", "who", "expected"),
    [
        ("phuc", "hanh", 200),  # the commune over the head
        ("son", "hanh", 200),
        ("hanh", "thu", 200),
        ("thu", "lan", 200),  # the clerk over a teacher
        ("son", "ha", 200),  # nobody stands above the two
        ("thu", "hanh", 403),  # a clerk over the head
        ("hanh", "hanh", 403),  # oneself
        ("hanh", "phuc", 404),  # those above are no business of a school
        ("lan", "minh", 404),  # a teacher looks nobody up
        ("tu", "hanh", 404),
    ],
)
def test_who_may_help_whom(cast: Cast, helper: str, who: str, expected: int) -> None:
    people = cast.people()
    enrol(cast.account(people[who]))

    answer = help_out(cast, people[helper], people[who])

    assert answer.status_code == expected, answer.content
    assert Authenticator.objects.filter(type="totp").exists() is (expected != 200)


def test_not_oneself_under_another_number(cast: Cast) -> None:
    enrol(cast.account(cast.thu))
    PersonLink.objects.create(one=cast.hanh, other=cast.thu, how="document")

    assert help_out(cast, cast.hanh, cast.thu).json()["code"] == "decided_above"


def test_a_head_elsewhere_finds_nobody(cast: Cast, head_elsewhere: Person) -> None:
    enrol(cast.account(cast.thu))

    assert help_out(cast, head_elsewhere, cast.thu).json()["code"] == "not_found"


def test_who_helps_has_shown_who_they_are(cast: Cast) -> None:
    enrol(cast.account(cast.thu))
    path = f"people/{cast.thu.pk}/lost-factors"

    assert Browser(cast, cast.hanh).ask("post", path).json()["code"] == "second_factor_missing"
    assert sure(cast, cast.hanh, minutes_ago=6).ask("post", path).json()["code"] == "confirm_again"
    assert Authenticator.objects.filter(type="totp").exists()


def test_who_has_nothing_loses_nothing(cast: Cast) -> None:
    cast.account(cast.thu)
    for who in (cast.thu, cast.lan):
        answer = help_out(cast, cast.hanh, who)
        assert (answer.status_code, answer.json()["code"]) == (409, "no_second_factor")
    assert sign_in(Client(), cast.account(cast.thu).username).status_code == 200


def test_the_superiors_are_told_and_find_it_on_the_page(cast: Cast) -> None:
    enrol(cast.account(cast.thu))
    help_out(cast, cast.phuc, cast.thu)

    told = Dispatch.objects.get(source="let_in")
    source = source_named("let_in")
    # The head of her school; not who did it, not herself; nobody of the department, two levels up.
    assert source.recipients(told.subject, after=0, limit=50) == [cast.hanh.pk]
    notice = source.notices_for(told.subject, [cast.hanh.pk, cast.quang.pk], language="vi")
    assert set(notice) == {cast.hanh.pk}
    assert notice[cast.hanh.pk].url == f"/them/tai-khoan/{cast.thu.pk}"
    assert cast.thu.name not in notice[cast.hanh.pk].title + notice[cast.hanh.pk].body
    account = Browser(cast, cast.hanh).get(f"people/{cast.thu.pk}")["account"]
    assert account["let_in"]["by"] == {"id": cast.phuc.pk, "name": cast.phuc.name}
    assert account["has_second_factor"] is False


def test_at_the_top_the_server_helps(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    enrol(cast.account(cast.son))

    call_command("let_in", person=cast.son.pk)

    code = capsys.readouterr().out.split("\n")[0].removeprefix("code: ")
    browser = Client()
    sign_in(browser, cast.account(cast.son).username)
    assert post(browser, "/api/session/code", {"totp": code}).status_code == 200
    assert AuditLine.objects.get(act="second_factor.let_in").actor_id is None
    with pytest.raises(CommandError):
        call_command("let_in", person=cast.quang.pk)
