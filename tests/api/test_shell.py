"""The app's page and files: what is served where, and how long it may be kept."""

import gzip
from pathlib import Path

import pytest
from django.test import Client

INDEX = '<!doctype html><html lang="vi"><script type="module" src="/assets/index-Ab3dE6gH.js"></script></html>'


@pytest.fixture
def app(tmp_path: Path, settings) -> Client:
    """A browser, and a built app."""
    files = {
        "index.html": INDEX,
        "sw.js": "self.addEventListener('push', () => {})\n" * 40,
        "manifest.webmanifest": "{}",
        "icons/icon.svg": "<svg/>",
        "assets/index-Ab3dE6gH.js": "let a = 1\n" * 100,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "sw.js.gz").write_bytes(gzip.compress(files["sw.js"].encode()))
    settings.FRONTEND_DIST = settings.WHITENOISE_ROOT = tmp_path
    return Client()


def body_of(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize("path", ["/", "/k", "/thong-bao/12", "/tin-nhan/5", "/them/thiet-bi", "/dang-nhap", "/gì-đó"])
def test_every_address_of_the_app_is_its_page(app: Client, path: str) -> None:
    answer = app.get(path)

    assert (answer.status_code, answer.content.decode()) == (200, INDEX)
    assert answer["Cache-Control"] == "no-cache"
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert app.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert app.head(path).status_code == 200
    assert app.post(path).status_code in {403, 405}


FILES = ["/.env", "/nope.js", "/assets/old-Ab3dE6gH.js", "/a/b/.git/config.txt", "/robots.txt", "/wp-login.php"]


@pytest.mark.parametrize("path", FILES)
def test_a_file_that_is_not_there_is_not_the_page(app: Client, path: str) -> None:
    answer = app.get(path)

    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/plain")
    assert answer.content.decode() == "Địa chỉ này không có nội dung.\n"


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nope", "/api/me/", "/api/rooms/x"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_what_the_api_does_not_know_is_a_refusal(app: Client, path: str, method: str) -> None:
    answer = app.generic(method, path)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


TRAVERSALS = [
    "/../manage.py",
    "/%2e%2e/manage.py",
    "/assets/..%2f..%2fmanage.py",
    "/assets/%2e%2e/%2e%2e/etc/passwd",
    "//etc/passwd",
]


@pytest.mark.parametrize("path", TRAVERSALS)
def test_nothing_outside_the_built_app_is_served(app: Client, path: str) -> None:
    answer = app.get(path)

    assert answer.status_code == 404 or body_of(answer).decode() == INDEX


def test_files_are_kept_as_long_as_they_may(app: Client) -> None:
    kept = {
        path: app.get(path)["Cache-Control"]
        for path in ("/sw.js", "/manifest.webmanifest", "/icons/icon.svg", "/assets/index-Ab3dE6gH.js", "/index.html")
    }

    assert kept == {
        "/sw.js": "no-cache",
        "/manifest.webmanifest": "no-cache",
        "/index.html": "no-cache",
        "/icons/icon.svg": "public, max-age=86400",
        "/assets/index-Ab3dE6gH.js": "max-age=315360000, public, immutable",
    }
    assert app.get("/manifest.webmanifest")["Content-Type"].startswith("application/manifest+json")
    assert app.get("/sw.js")["Content-Type"].startswith("text/javascript")


def test_compressed_files_are_sent_to_who_takes_them(app: Client) -> None:
    answer = app.get("/sw.js", headers={"Accept-Encoding": "gzip"})

    assert answer["Content-Encoding"] == "gzip"
    assert "push" in gzip.decompress(body_of(answer)).decode()


@pytest.mark.parametrize("path", ["/", "/sw.js", "/api/me", "/nope.js"])
def test_every_answer_carries_the_policy(db: None, app: Client, path: str) -> None:
    answer = app.get(path)

    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["worker-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["connect-src"] == "'self' ws://127.0.0.1:8000"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer


def test_without_the_built_app_the_page_says_how_to_build_it(tmp_path: Path, settings) -> None:
    settings.FRONTEND_DIST = tmp_path / "nothing"
    settings.WHITENOISE_ROOT = None

    answer = Client().get("/")

    assert answer.status_code == 503
    assert "make run" in answer.content.decode()
    assert "<script" not in answer.content.decode()
    assert "style=" not in answer.content.decode()
