"""Whatever a provider does, the pull ends, says why, and leaves what was there."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from registry import audit
from registry.models import Person, Source, SyncRun
from registry.sync.codes import sentence
from registry.sync.rest.codes import PASSING
from registry.sync.rest.sealing import opened, seal
from registry.sync.rest.sources import set_up
from rooms.models import Member
from tests.registry_rest.conftest import pulled
from tests.registry_rest.provider import SECRET, Provider
from tests.registry_rest.state import state_of

Misdeed = Callable[[web.Request, str], Awaitable[web.StreamResponse | None]]


def always(**answer: object) -> Misdeed:
    """The same answer to every request for users; the other collections are honest."""

    async def misdeed(request: web.Request, collection: str) -> web.Response | None:
        return web.Response(**answer) if collection == "users" else None

    return misdeed


def json_of(*items: object) -> str:
    return json.dumps({"users": list(items)})


async def hangs(request: web.Request, collection: str) -> web.Response | None:
    if collection != "users":
        return None
    await asyncio.sleep(30)
    return web.Response()


async def cuts_off(request: web.Request, collection: str) -> web.StreamResponse | None:
    """Half an answer, then the connection is gone."""
    if collection != "users":
        return None
    response = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"users": [{"sourcedId": "an"')
    assert request.transport is not None
    request.transport.abort()
    return response


async def talks_without_end(request: web.Request, collection: str) -> web.StreamResponse | None:
    if collection != "users":
        return None
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" " * 65536)


async def same_page(request: web.Request, collection: str) -> web.Response | None:
    if collection != "users":
        return None
    return web.Response(text=json_of({"sourcedId": "an"}, {"sourcedId": "hoa"}))


async def pages_for_ever(request: web.Request, collection: str) -> web.Response | None:
    if collection != "users":
        return None
    first = int(request.query["offset"])
    return web.Response(text=json_of(*({"sourcedId": f"p{first + each}"} for each in range(2))))


async def next_for_ever(request: web.Request, collection: str) -> web.Response | None:
    if collection != "users":
        return None
    first = int(request.query["offset"])
    link = f'<?limit=1&offset={first + 1}>; rel="next"'
    return web.Response(text=json_of({"sourcedId": f"p{first}"}), headers={"Link": link})


async def total_grows(request: web.Request, collection: str) -> web.Response | None:
    if collection != "users":
        return None
    first = int(request.query["offset"])
    return web.Response(text=json_of({"sourcedId": f"p{first}"}), headers={"X-Total-Count": str(first + 5)})


async def promises_more(request: web.Request, collection: str) -> web.Response | None:
    """A total of ten, five rows, then nothing: cut off, and read as whole it would remove the other five."""
    if collection != "users":
        return None
    first = int(request.query["offset"])
    items = [{"sourcedId": f"p{each}"} for each in range(first, min(first + 2, 5))]
    return web.Response(text=json_of(*items), headers={"X-Total-Count": "10"})


async def overlaps(request: web.Request, collection: str) -> web.Response | None:
    if collection != "users":
        return None
    first = int(request.query["offset"])
    items = [{"sourcedId": f"p{max(0, first - 1) + each}"} for each in range(2)] if first < 6 else []
    return web.Response(text=json_of(*items), headers={"X-Total-Count": "6"})


MISDEEDS: dict[str, tuple[Misdeed, str]] = {
    "HTML": (always(text="<html>Đăng nhập</html>", content_type="text/html"), "provider_not_json"),
    "truncated JSON": (always(text='{"users": [{"sourcedId": "an"'), "provider_not_json"),
    "JSON too deep": (always(text="[" * 100_000), "provider_not_json"),
    "nothing": (always(text=""), "provider_not_json"),
    "not UTF-8": (always(body='{"users": [{"x": "Bắc"}]}'.encode("utf-16")), "provider_not_json"),
    "another collection": (always(text='{"orgs": []}'), "provider_wrong_shape"),
    "a list": (always(text="[]"), "provider_wrong_shape"),
    "strings for records": (always(text='{"users": ["an", "hoa"]}'), "provider_wrong_shape"),
    "an object for the list": (always(text='{"users": {"an": {}}}'), "provider_wrong_shape"),
    "401": (always(status=401), "provider_denied"),
    "403": (always(status=403), "provider_denied"),
    "404": (always(status=404), "provider_answers_otherwise"),
    "400": (always(status=400), "provider_answers_otherwise"),
    "204": (always(status=204), "provider_answers_otherwise"),
    "302": (always(status=302, headers={"Location": "http://127.0.0.1:9/"}), "provider_redirects"),
    "429 for ever": (always(status=429), "provider_busy"),
    "429 until tomorrow": (always(status=429, headers={"Retry-After": "86400"}), "provider_busy"),
    "500": (always(status=500), "provider_failing"),
    "503": (always(status=503, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}), "provider_failing"),
    "hangs": (hangs, "provider_too_slow"),
    "cut off": (cuts_off, "provider_unreachable"),
    "a body without end": (talks_without_end, "provider_page_too_large"),
    "the same page": (same_page, "provider_repeats"),
    "pages for ever": (pages_for_ever, "provider_endless"),
    "next for ever": (next_for_ever, "provider_endless"),
    "the total grows": (total_grows, "provider_unstable"),
    "less than promised": (promises_more, "provider_unstable"),
    "pages overlap": (overlaps, "provider_unstable"),
}


@pytest.mark.parametrize("name", MISDEEDS)
def test_it_is_refused_with_its_code_and_the_old_generation_stands(pull, source, provider, folder, name: str) -> None:
    misdeed, code = MISDEEDS[name]
    pull()
    before = state_of(source)
    assert before["members"]
    provider.misdeed = misdeed

    outcome = pull(is_full=True, page_seconds=0.5, page_bytes=1 << 20, pages=50)

    run = SyncRun.objects.get(pk=outcome.run.pk)
    assert (run.state, run.refusal_code) == (SyncRun.State.REFUSED, code)
    assert run.finished_at is not None
    assert [issue.code for issue in run.issues.all()] == [code]
    assert state_of(source) == before
    assert sentence(code, "refused")
    assert (folder / str(source.pk)).exists() == (code in PASSING), "kept only to be gone on with"
    assert audit.verify_chain() is None

    provider.misdeed = None
    assert pull(is_full=True).run.state == SyncRun.State.APPLIED
    assert state_of(source) == before


def test_what_passes_is_waited_for(pull, provider: Provider) -> None:
    waits: list[float] = []
    answers = iter([
        web.Response(status=429, headers={"Retry-After": "7"}),
        web.Response(status=503),
        web.Response(status=502),
    ])  # fmt: skip

    async def misdeed(request: web.Request, collection: str) -> web.Response | None:
        return next(answers, None) if collection == "users" else None

    provider.misdeed = misdeed
    assert pull(sleep=waits.append).run.state == SyncRun.State.APPLIED
    long = [wait for wait in waits if wait >= 1]
    assert long == [7, 4, 8], "what it asked for, then twice as long each time"


def test_a_whole_pull_has_its_time(pull, provider: Provider) -> None:
    outcome = pull(seconds=0)
    assert outcome.run.refusal_code == "pull_too_long"
    assert provider.asked == []


def test_a_list_that_shifts_once_is_read_again(pull, provider: Provider) -> None:
    """Somebody left while the pages were turned: the row at the edge slipped from one to the other."""
    pages = 0

    async def someone_leaves(request: web.Request, collection: str) -> None:
        nonlocal pages
        pages += collection == "users"
        if pages == 2:
            provider.data["users"].pop("an", None)

    provider.misdeed = someone_leaves
    provider.has_links = False
    assert pull().run.state == SyncRun.State.APPLIED
    assert set(Person.objects.values_list("sourced_id", flat=True)) == {"binh", "dung", "hoa", "lan"}


def test_the_token_never_goes_where_a_provider_points(pull, provider: Provider) -> None:
    """The next page is asked for where somebody said the provider is; links name a host of their own."""
    assert pull().run.state == SyncRun.State.APPLIED
    assert provider.pages()["users"] > 1


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://csdl.example.vn/ims/oneroster/rostering/v1p2",
        "https://127.0.0.1/ims/oneroster/rostering/v1p2",
        "https://csdl.example.vn:8443/ims/oneroster/rostering/v1p2",
        "https://localhost/a",
        "file:///etc/passwd",
        "https://[::1]/a",
    ],
)
def test_an_address_of_a_neighbour_is_not_called(
    db: None, source: Source, provider: Provider, folder, endpoint
) -> None:
    set_up(source, by=None, endpoint=endpoint)
    assert pulled(source, folder).run.refusal_code == "address_not_allowed"
    assert provider.asked == []


def test_a_wrong_secret_is_denied_and_tried_once(source: Source, provider: Provider, folder) -> None:
    set_up(source, by=None, secret="another")
    outcome = pulled(source, folder)
    assert outcome.run.refusal_code == "provider_denied"
    assert provider.asked == []


def test_cells_that_no_file_can_hold_cost_their_row_at_most(pull, provider: Provider) -> None:
    """Text in place of objects, lone surrogates, line breaks, other types: the row, never the pull."""
    pull()
    users = provider.data["users"]
    users["an"] |= {"givenName": "An\r\nNguyễn"}
    users["binh"] |= {"givenName": {"vi": "Bình"}}
    users["hoa"] |= {"familyName": "Trần\udc00", "agents": "an"}
    users["dung"] |= {"metadata": ["x"], "grades": 7, "enabledUser": 1}
    outcome = pull(is_full=True)
    assert outcome.run.state == SyncRun.State.APPLIED
    assert Person.objects.get(sourced_id="an").given_name == "An Nguyễn"
    assert Person.objects.get(sourced_id="binh").given_name == "Binh", "what was there stays"
    assert Member.objects.filter(person__sourced_id="dung").exists()


def test_a_secret_is_sealed_and_of_no_use_to_who_has_the_database(source: Source, settings, folder, provider) -> None:
    kept = bytes(Source.objects.get(pk=source.pk).client_secret)
    assert SECRET.encode() not in kept
    assert opened(kept) == SECRET
    assert seal(SECRET) != kept, "the same secret twice does not look the same"
    settings.SECRET_KEY = "another key of another installation, also long enough"
    assert pulled(source, folder).run.refusal_code == "secret_unreadable"
    settings.SECRET_KEY_FALLBACKS = ["a test secret that no installation has, long enough"]
    assert opened(kept) == SECRET


def test_no_secret_and_no_token_is_shown(source: Source, provider: Provider, folder, caplog, capsys) -> None:
    caplog.set_level("DEBUG")
    provider.misdeed = always(status=500)
    outcome = pulled(source, folder)
    told = caplog.text + "".join(capsys.readouterr()) + repr(outcome) + repr(vars(outcome.run))
    told += "".join(map(str, audit.AuditLine.objects.values_list("details", flat=True)))
    assert outcome.is_refused
    assert SECRET not in told
    assert "token-0" not in told
