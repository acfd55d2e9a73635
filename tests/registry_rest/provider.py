"""A OneRoster 1.2 REST provider over real HTTP or HTTPS on loopback: honest, until a test tells it to misbehave."""

import asyncio
import base64
import csv
import io
import re
import ssl
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, Self

from aiohttp import web

from tests.services import free_port

BASE, BASE_1_1 = "/ims/oneroster/rostering/v1p2", "/ims/oneroster/v1p1"
WRITTEN = "2026-09-01T00:00:00.000Z"
CLIENT, SECRET = "trong truong", "an=open:secret&of tests"
COLLECTIONS = {"orgs", "academicSessions", "courses", "classes", "users", "enrollments"}
_REFERENCES = {
    "parentSourcedId": "parent", "schoolYearSourcedId": "schoolYear", "orgSourcedId": "org", "courseSourcedId": "course",
    "schoolSourcedId": "school", "primaryOrgSourcedId": "primaryOrg", "classSourcedId": "class",
    "userSourcedId": "user",
}  # fmt: skip
_REFERENCE_LISTS = {"termSourcedIds": "terms", "agentSourcedIds": "agents"}
_LISTS = {"grades", "subjects", "subjectCodes", "periods", "userIds"}
_TRUTHS = {"enabledUser", "primary"}

Item = dict[str, Any]
Data = dict[str, dict[str, Item]]
Misdeed = Callable[[web.Request, str], Awaitable[web.StreamResponse | None]]


def objects_of(package: Path) -> Data:
    """The rows of a CSV package as a provider's objects, by collection and sourcedId: roles inside users."""
    rows = {name: list(_rows(package, name)) for name in (*COLLECTIONS, "roles")}
    data: Data = {
        name: {row["sourcedId"]: _object(row) for row in of_table} for name, of_table in rows.items() if name != "roles"
    }
    for user in data["users"].values():
        # What no provider should be asked for, and what must not be kept when it comes anyhow.
        user |= {"roles": [], "password": "lộ-mật-khẩu", "userIds": [{"type": "CCCD", "identifier": "024000000001"}]}
    for row in rows["roles"]:
        role = {"roleType": row["roleType"], "role": row["role"], "org": _reference(row["orgSourcedId"], "org")}
        dates = {name: row[name] for name in ("beginDate", "endDate") if row[name]}
        data["users"][row["userSourcedId"]]["roles"].append(role | dates)
    return data


class Provider:
    """Serves `data`. `misdeed` is asked first for each page and may answer in its own way."""

    def __init__(self, data: Data, *, tls: ssl.SSLContext | None = None) -> None:
        self.data = data
        self.port = free_port()
        self.most = 10_000
        self.has_total = self.has_links = True
        self.knows_filter = self.knows_fields = self.heeds_fields = True
        self.token_lasts = 3600.0
        self.misdeed: Misdeed | None = None
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.times: list[float] = []
        self.tokens: list[str] = []
        self.scopes: list[str] = []
        self._born: dict[str, float] = {}
        self._tls = tls
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def origin(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def endpoint(self) -> str:
        return self.origin + BASE

    def pages(self) -> Counter[str]:
        """How many pages of each collection were asked for."""
        return Counter(path.rpartition("/")[2] for path, _query in self.asked)

    def forget(self) -> None:
        """What was asked so far."""
        self.asked.clear()
        self.times.clear()

    def change(self, collection: str, sourced_id: str, at: str, **fields: Any) -> None:
        """A record changed at that moment."""
        self.data[collection].setdefault(sourced_id, {"sourcedId": sourced_id, "status": "active"})
        self.data[collection][sourced_id] |= {"dateLastModified": at, **fields}

    # -- the server -----------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application()
        app.router.add_post("/token", self._token)
        app.router.add_get(BASE + "/{collection}", self._page)
        app.router.add_get(BASE_1_1 + "/{collection}", self._page)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        self._loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", self.port, ssl_context=self._tls)
        self._loop.run_until_complete(site.start())
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _token(self, request: web.Request) -> web.Response:
        known = base64.b64encode(b"trong+truong:an%3Dopen%3Asecret%26of+tests").decode()
        form = await request.post()
        if request.headers.get("Authorization") != f"Basic {known}" or form["grant_type"] != "client_credentials":
            return web.json_response({"error": "invalid_client"}, status=401)
        self.scopes.append(str(form["scope"]))
        token = f"token-{len(self.tokens)}"
        self.tokens.append(token)
        self._born[token] = time.monotonic()
        return web.json_response({"access_token": token, "token_type": "Bearer", "expires_in": 3600})

    async def _page(self, request: web.Request) -> web.StreamResponse:
        collection = request.match_info["collection"]
        self.asked.append((request.path, dict(request.query)))
        self.times.append(time.monotonic())
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self._born or time.monotonic() - self._born[token] > self.token_lasts:
            return web.json_response({"imsx_codeMajor": "failure"}, status=401)
        if self.misdeed and (answer := await self.misdeed(request, collection)) is not None:
            return answer
        return self.honest(request, collection)

    def honest(self, request: web.Request, collection: str) -> web.Response:
        """What the standard says."""
        query = request.query
        if "fields" in query and not self.knows_fields:
            return web.json_response({"imsx_codeMinor": "invalid_selection_field"}, status=400)
        items = [item for item in self.data[collection].values() if self._is_asked_for(item, query.get("filter", ""))]
        items.sort(key=lambda item: item["sourcedId"])
        limit, offset = min(int(query.get("limit", 100)), self.most), int(query.get("offset", 0))
        page = items[offset : offset + limit]
        if "fields" in query and self.heeds_fields:
            wanted = set(query["fields"].split(","))
            page = [{name: value for name, value in item.items() if name in wanted} for item in page]
        headers = {"X-Total-Count": str(len(items))} if self.has_total else {}
        if self.has_links:
            here = str(request.url.without_query_params())
            links = [f'<{here}?limit={limit}&offset=0>; rel="first"']
            if offset + limit < len(items):
                again = {**query, "limit": str(limit), "offset": str(offset + limit)}
                # As providers behind a proxy write it: with the name by which they know themselves.
                inside = request.url.with_query(again).with_host("inside.example").with_port(None)
                links.append(f'<{inside}>; rel="next"')
            headers["Link"] = ", ".join(links)
        return web.json_response({collection: page}, headers=headers)

    def _is_asked_for(self, item: Item, written: str) -> bool:
        if not written or not self.knows_filter:
            return True
        asked = re.fullmatch(r"dateLastModified>'(.+)'", written)
        assert asked, written
        return bool(item["dateLastModified"] > asked[1])


def _rows(package: Path, name: str) -> Iterable[dict[str, str]]:
    with zipfile.ZipFile(package) as opened:
        yield from csv.DictReader(io.StringIO(opened.read(f"{name}.csv").decode(), newline=""))


def _object(row: dict[str, str]) -> Item:
    item: Item = {"sourcedId": row["sourcedId"], "status": "active", "dateLastModified": WRITTEN, "metadata": {}}
    for name, value in row.items():
        if not value or name in item:
            continue
        if name.startswith("metadata."):
            item["metadata"][name.removeprefix("metadata.")] = value
        elif name in _REFERENCES:
            item[_REFERENCES[name]] = _reference(value, _REFERENCES[name])
        elif name in _REFERENCE_LISTS:
            item[_REFERENCE_LISTS[name]] = [_reference(part, "user") for part in value.split(",")]
        elif name in _LISTS:
            item[name] = value.split(",")
        else:
            item[name] = value == "true" if name in _TRUTHS else value
    return item


def _reference(sourced_id: str, kind: str) -> dict[str, str]:
    return {"href": f"https://inside.example{BASE}/{kind}s/{sourced_id}", "sourcedId": sourced_id, "type": kind}
