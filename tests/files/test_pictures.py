"""Pictures are drawn anew, and only what can be drawn in time and memory is."""

import io
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from broadcasts.models import Attachment
from rooms.files import store
from tests.files import making
from tests.files.sending import fetched, refused, send, taken


def opened(client: Client, file: dict[str, Any], *, width: int | None = None) -> Image.Image:
    """As a browser would show it."""
    answer = client.get(f"/api/broadcasts/files/{file['id']}" + (f"?width={width}" if width else ""))
    assert answer.status_code == 200
    assert answer["Content-Type"] == file["media_type"]
    return Image.open(io.BytesIO(answer.getvalue()))


def test_a_photograph_forgets_where_and_with_what_it_was_taken(lan: Client) -> None:
    sent = making.photograph()
    # It does say so before.
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(0x8825)
    assert b"Nokia" in sent
    image = opened(lan, taken(lan, sent, "anh.jpg"))
    assert not image.getexif()
    assert {"exif", "comment", "icc_profile"}.isdisjoint(image.info)


def test_a_photograph_stands_upright(lan: Client) -> None:
    file = taken(lan, making.photograph(80, 60, orientation=6), "anh.jpg")
    assert (file["width"], file["height"]) == (60, 80)
    image = opened(lan, file).convert("L")
    # What was the upper left corner before is the upper right one, as the camera was held.
    assert image.getpixel((58, 1)) < 60
    assert image.getpixel((1, 1)) > 150


def test_a_large_picture_becomes_2000_points_long_with_a_small_one_beside_it(lan: Client) -> None:
    file = taken(lan, making.saved(making.picture(4_000, 1_000)), "anh.jpg")
    assert (file["width"], file["height"]) == (2_000, 500)
    assert opened(lan, file).size == (2_000, 500)
    assert opened(lan, file, width=640).size == (640, 160)


def test_of_a_small_picture_the_small_one_is_the_same(lan: Client) -> None:
    file = taken(lan, making.saved(making.picture(300, 200)), "anh.jpg")
    assert opened(lan, file, width=640).size == (300, 200)
    assert not store.path_of(Attachment.objects.get().sha256, small=True).exists()


@pytest.mark.parametrize("width", ["0", "64", "10000", "-1", "x", "640.0"])
def test_there_is_one_small_size(lan: Client, width: str) -> None:
    file = taken(lan, making.saved(making.picture()), "anh.jpg")
    answer = lan.get(f"/api/broadcasts/files/{file['id']}?width={width}")
    assert answer.json()["code"] == "bad_input"
    assert answer.json()["facts"] == {"field": "width"}


def test_a_drawing_stays_sharp_and_a_photograph_as_png_becomes_small(lan: Client) -> None:
    drawing = taken(lan, making.saved(making.picture(), "PNG"), "so-do.png")
    assert (drawing["media_type"], drawing["name"]) == ("image/png", "so-do.png")
    sent = making.saved(making.noise(400, 300), "PNG")
    photograph = taken(lan, sent, "anh.png")
    assert (photograph["media_type"], photograph["name"]) == ("image/jpeg", "anh.jpg")
    assert photograph["size"] < len(sent)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_every_way_to_store_points_is_understood(lan: Client, mode: str) -> None:
    image = Image.new(mode, (40, 30))
    file = taken(lan, making.saved(image, "PNG"), "anh.png")
    assert opened(lan, file).size == (40, 30)


def test_what_is_drawn_on_nothing_is_laid_on_white(lan: Client) -> None:
    file = taken(lan, making.saved(Image.new("RGBA", (40, 30), (0, 0, 0, 0)), "PNG"), "dau.png")
    assert opened(lan, file).convert("RGB").getpixel((20, 15)) == (255, 255, 255)


def test_a_webp_becomes_a_jpeg(lan: Client) -> None:
    file = taken(lan, making.saved(making.picture(), "WEBP"), "anh.webp")
    assert (file["media_type"], file["name"]) == ("image/jpeg", "anh.jpg")


def test_a_picture_may_bear_the_name_of_another_kind_of_picture(lan: Client) -> None:
    file = taken(lan, making.saved(making.picture(), "WEBP"), "zalo.jpg")
    assert opened(lan, file).format == "JPEG"


@pytest.mark.parametrize(
    "data",
    [making.png_that_says(30_000, 30_000), making.webp_that_says(16_383, 16_383), making.png_that_says(40_000_001, 1)],
    ids=["png", "webp", "long"],
)
def test_a_picture_of_too_many_points_is_refused_by_its_head(lan: Client, data: bytes) -> None:
    answer = send(lan, data, "anh.png")
    assert (answer.status_code, answer.json()["code"]) == (400, "picture_too_large")
    assert answer.json()["facts"] == {"megapixels": 40}


def test_a_picture_of_40_million_points_is_drawn(lan: Client) -> None:
    file = taken(lan, making.saved(Image.new("RGBA", (8_000, 5_000), (9, 9, 9, 99)), "PNG"), "anh.png")
    assert (file["width"], file["height"]) == (2_000, 1_250)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_half_a_picture_is_none(lan: Client, kind: str, share: float) -> None:
    whole = making.saved(making.noise(200, 150), kind)
    assert refused(lan, whole[: int(len(whole) * share)], "anh.png") == "file_unreadable"


def test_what_hides_behind_a_picture_stays_behind(lan: Client) -> None:
    hidden = b"<script>alert(1)</script>" + making.archive()
    file = taken(lan, making.photograph() + hidden, "anh.jpg")
    kept = fetched(lan, file).getvalue()
    assert b"script" not in kept
    assert b"PK" not in kept[-100:]
