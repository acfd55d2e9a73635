"""Limits hold over several processes: counted in Redis for passwords, in the database for codes."""

from concurrent.futures import ThreadPoolExecutor

from registry.activation import LIMITS
from tests import services
from tests.cast import Cast
from tests.signin.test_activation import a_guess
from tests.signin.test_devices import Browser
from tests.wire import serving


def test_two_processes_count_together(committed_cast: Cast) -> None:
    name = committed_cast.account(committed_cast.lan).username
    redis_url = services.start_redis()
    with serving(redis_url=redis_url) as one, serving(redis_url=redis_url) as two:
        browsers = [Browser(one), Browser(two)] * 4

        def wrong(browser: Browser) -> str:
            return browser.ask("POST", "/api/session", {"username": name, "password": "wrong-wrong-wrong"})[1]["code"]

        with ThreadPoolExecutor(2) as threads:
            codes = list(threads.map(wrong, browsers))
        assert sorted(codes) == ["too_many_attempts"] * 3 + ["wrong_name_or_password"] * 5

        guesses = LIMITS["address"] + 6

        def guess(number: int) -> str:
            return browsers[number % 2].ask("POST", "/api/activation/look", {"code": a_guess()})[1]["code"]

        with ThreadPoolExecutor(2) as threads:
            told = list(threads.map(guess, range(guesses)))
        assert told.count("code_unknown") == LIMITS["address"]
        assert told.count("too_many_attempts") == 6


def test_without_redis_nobody_is_let_in_by_password_and_all_else_goes_on(committed_cast: Cast) -> None:
    name = committed_cast.account(committed_cast.lan).username
    port = services.free_port()
    redis_url = services.start_redis(port)
    process = services.STARTED[-1]
    with serving(redis_url=redis_url) as server:
        browser, stranger = Browser(server), Browser(server)
        right = {"username": name, "password": "mot-mat-khau-dai-1"}
        assert browser.ask("POST", "/api/session", right)[0] == 200
        assert browser.ask("GET", "/readyz") == (200, {"ready": True, "degraded": False})

        services.stop(process)

        status, told = stranger.ask("POST", "/api/session", right)
        assert (status, told["code"], told["retry"]) == (503, "unavailable", True)
        assert browser.ask("GET", "/readyz") == (200, {"ready": True, "degraded": True})
        assert browser.ask("GET", "/api/me")[0] == 200
        assert stranger.ask("POST", "/api/activation/look", {"code": a_guess()})[1]["code"] == "code_unknown"
