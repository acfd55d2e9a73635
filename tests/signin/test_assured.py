"""What a session says of who sits there: begun with a second factor, when one was given last, in which browser."""

import datetime as dt

import pytest
from django.test import Client

from registry.assurance import BROWSER, CONFIRMED_AT, SECOND_FACTOR
from tests.assured import assure, code_of, enrol
from tests.cast import Cast
from tests.signin.conftest import post, sign_in


@pytest.fixture
def secret(cast: Cast) -> str:
    """Officer Sơn has an authenticator app with this secret."""
    return enrol(cast.account(cast.son))


def enter(client: Client, cast: Cast, secret: str) -> str:
    """Sơn signs in with password and code; the code."""
    sign_in(client, cast.account(cast.son).username)
    code = code_of(secret)
    assert post(client, "/api/session/code", {"totp": code}).status_code == 200
    return code


def fresh_until(client: Client) -> str | None:
    return client.get("/api/me").json()["second_factor"]["fresh_until"]


def test_a_password_alone_assures_of_nothing(cast: Cast, client: Client) -> None:
    told = sign_in(client, cast.account(cast.hanh).username).json()["second_factor"]

    assert told == {"wanted": True, "enrolled": False, "fresh_until": None}
    assert SECOND_FACTOR not in client.session
    assert CONFIRMED_AT not in client.session


def test_of_a_teacher_none_is_wanted(cast: Cast, client: Client) -> None:
    assert sign_in(client, cast.account(cast.lan).username).json()["second_factor"]["wanted"] is False


def test_a_sign_in_with_a_code_is_good_for_five_minutes(cast: Cast, client: Client, secret: str) -> None:
    enter(client, cast, secret)

    assert client.session[SECOND_FACTOR] is True
    told = client.get("/api/me").json()["second_factor"]
    assert (told["wanted"], told["enrolled"]) == (True, True)
    given = dt.datetime.fromisoformat(client.session[CONFIRMED_AT])
    assert dt.datetime.fromisoformat(told["fresh_until"]) - given == dt.timedelta(minutes=5)

    assure(client, minutes_ago=5)
    assert fresh_until(client) is None
    assert client.session[SECOND_FACTOR] is True


def test_the_helper_of_other_tests_writes_what_the_door_writes(cast: Cast, secret: str) -> None:
    real, made = Client(), Client()
    enter(real, cast, secret)
    made.force_login(cast.account(cast.hanh))
    assure(made)

    kinds = [
        {name: type(session[name]) for name in (SECOND_FACTOR, CONFIRMED_AT, BROWSER)}
        for session in (real.session, made.session)
    ]
    assert kinds[0] == kinds[1]


class TestConfirming:
    """POST /api/second-factor/confirm."""

    @pytest.fixture(autouse=True)
    def signed_in_by(self, cast: Cast, client: Client, secret: str) -> str:
        """An hour ago, with this code."""
        code = enter(client, cast, secret)
        assure(client, minutes_ago=60)
        return code

    def test_a_code_makes_the_session_good_again(self, client: Client, secret: str) -> None:
        answer = post(client, "/api/second-factor/confirm", {"code": code_of(secret, steps=1)})

        assert (answer.status_code, answer.content) == (204, b"")
        assert fresh_until(client) is not None

    def test_the_code_of_the_sign_in_is_not_good_again(self, client: Client, signed_in_by: str) -> None:
        answer = post(client, "/api/second-factor/confirm", {"code": signed_in_by})

        assert (answer.status_code, answer.json()["code"]) == (401, "second_factor_wrong")
        assert fresh_until(client) is None

    def test_a_recovery_code_confirms_once(self, cast: Cast, client: Client) -> None:
        from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

        code = RecoveryCodes.activate(cast.account(cast.son)).get_unused_codes()[0]
        written = f"{code[:4]} {code[4:]}"

        assert post(client, "/api/second-factor/confirm", {"code": written}).status_code == 204
        assert fresh_until(client) is not None
        assert client.get("/api/second-factor").json()["recovery_codes"] == 9
        assert post(client, "/api/second-factor/confirm", {"code": code}).json()["code"] == "second_factor_wrong"

    def test_five_wrong_ones_end_the_trying(self, client: Client, secret: str) -> None:
        codes = [post(client, "/api/second-factor/confirm", {"code": "000000"}).json()["code"] for _ in range(6)]

        assert codes == ["second_factor_wrong"] * 5 + ["too_many_attempts"]
        right = post(client, "/api/second-factor/confirm", {"code": code_of(secret, steps=1)})
        assert (right.status_code, right.json()["code"]) == (429, "too_many_attempts")
        assert fresh_until(client) is None

    def test_the_code_of_somebody_else_is_wrong(self, cast: Cast, client: Client) -> None:
        theirs = enrol(cast.account(cast.ha))

        answer = post(client, "/api/second-factor/confirm", {"code": code_of(theirs)})
        assert answer.json()["code"] == "second_factor_wrong"

    @pytest.mark.parametrize("body", [{}, {"code": 123456}, {"code": ""}, {"code": "1" * 31}, {"code": "1", "a": 1}])
    def test_a_form_that_is_none(self, client: Client, body: dict[str, object]) -> None:
        assert post(client, "/api/second-factor/confirm", body).json()["code"] in {"bad_input", "second_factor_wrong"}
        assert fresh_until(client) is None


def test_who_has_none_is_told_so(cast: Cast, client: Client) -> None:
    sign_in(client, cast.account(cast.hanh).username)

    answer = post(client, "/api/second-factor/confirm", {"code": "000000"})
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_missing")


def test_strangers_confirm_nothing(db: None) -> None:
    assert post(Client(), "/api/second-factor/confirm", {"code": "000000"}).json()["code"] == "not_signed_in"


class TestTheBrowser:
    """One mark a browser, whoever signs in with it."""

    def test_two_people_at_one_browser_have_one_mark(self, cast: Cast, client: Client, secret: str) -> None:
        enter(client, cast, secret)
        first = client.session[BROWSER]
        client.delete("/api/session")
        sign_in(client, cast.account(cast.ha).username)

        assert client.session[BROWSER] == first
        assert client.get("/api/me").json()["person"]["id"] == cast.ha.pk

    def test_another_browser_has_another(self, cast: Cast, client: Client) -> None:
        elsewhere = Client()
        for each in (client, elsewhere):
            sign_in(each, cast.account(cast.ha).username)

        assert client.session[BROWSER] != elsewhere.session[BROWSER]

    def test_the_cookie_is_closed_to_scripts_and_not_what_the_session_holds(self, cast: Cast, client: Client) -> None:
        cookie = sign_in(client, cast.account(cast.ha).username).cookies["browser"]

        assert (cookie["httponly"], cookie["samesite"], cookie["domain"]) == (True, "Lax", "")
        assert int(cookie["max-age"]) >= 365 * 24 * 3600
        assert cookie.value not in str(dict(client.session))

    def test_a_mark_made_up_by_hand_is_replaced(self, cast: Cast, client: Client) -> None:
        client.cookies["browser"] = "mine"

        assert sign_in(client, cast.account(cast.ha).username).cookies["browser"].value != "mine"

    def test_who_only_reads_gets_no_mark(self, cast: Cast, client: Client) -> None:
        assert "browser" not in client.get("/api/me").cookies


def test_the_next_to_sign_in_inherits_nothing(cast: Cast, client: Client, secret: str) -> None:
    """Without a sign-out between: Hà's session is not assured because Sơn's was."""
    enter(client, cast, secret)
    sign_in(client, cast.account(cast.ha).username)

    assert client.get("/api/me").json()["person"]["id"] == cast.ha.pk
    assert SECOND_FACTOR not in client.session
    assert fresh_until(client) is None
