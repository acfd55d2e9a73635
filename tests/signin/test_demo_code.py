"""The demo's own authenticator app: a newcomer signs in as an officer with what the command prints."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client

from tests.assured import enrol
from tests.cast import Cast
from tests.signin.conftest import post, sign_in


def test_it_prints_the_digits_that_sign_in(
    cast: Cast, client: Client, settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DEMO = True
    account = cast.account(cast.son)
    enrol(account)

    call_command("demo_code", account.username.upper())

    code = capsys.readouterr().out.strip()
    assert (len(code), code.isdigit()) == (6, True)
    sign_in(client, account.username)
    assert post(client, "/api/session/code", {"totp": code}).status_code == 200


def test_who_has_no_app_has_no_digits(cast: Cast, settings) -> None:
    settings.DEMO = True

    with pytest.raises(CommandError):
        call_command("demo_code", cast.account(cast.lan).username)


def test_outside_the_demo_it_tells_nothing(cast: Cast, settings) -> None:
    settings.DEMO = False
    account = cast.account(cast.son)
    enrol(account)
    assert Authenticator.objects.exists()

    with pytest.raises(CommandError, match="demo"):
        call_command("demo_code", account.username)
