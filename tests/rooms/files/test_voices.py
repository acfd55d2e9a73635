"""What was said aloud plays on every telephone, and nothing else comes with it."""

import io
from typing import Any

import av
import pytest

from tests.files import making
from tests.rooms.files import making as more
from tests.rooms.files.sending import fetched, refused, uploaded


@pytest.mark.parametrize("kind", ["webm", "ogg", "mp4"])
def test_whatever_a_browser_records_becomes_one_kind(client_of: Any, kind: str) -> None:
    hoa = client_of("hoa")
    told = uploaded(hoa, more.voice(3, kind), f"ghi-am.{kind}", voice="1")
    assert (told["kind"], told["type"], told["name"]) == ("voice", "audio/mp4", f"ghi-am.{kind}.m4a")
    assert told["seconds"] == pytest.approx(3, abs=0.1)
    assert len(told["peaks"]) == 48
    assert set(told["peaks"][:20]) <= set("123")
    assert set(told["peaks"][30:]) <= set("89")
    data = fetched(hoa, told["id"]).getvalue()
    assert b"nh\xc3\xa0" not in data
    with av.open(io.BytesIO(data)) as made:
        (stream,) = made.streams
        assert (stream.codec_context.name, stream.codec_context.channels) == ("aac", 1)
        seconds = sum(frame.samples / frame.sample_rate for frame in made.decode(audio=0))
    assert seconds == pytest.approx(3, abs=0.2)
    # 32 kbit/s, and what surrounds it.
    assert told["size"] == len(data) < 3 * 4_000 + 3_000
    # It begins to play before all of it is there.
    assert data.index(b"moov") < data.index(b"mdat")


def test_a_minute_is_taken_and_more_is_not(client_of: Any) -> None:
    hoa = client_of("hoa")
    assert uploaded(hoa, more.voice(60.4), "v", voice="1")["seconds"] == 60
    assert refused(hoa, more.voice(63), "v", voice="1") == ("voice_too_long", {"seconds": 60})


def test_silence_has_no_peaks(client_of: Any) -> None:
    assert set(uploaded(client_of("hoa"), more.voice(loud=0), "v", voice="1")["peaks"]) == {"0"}


def test_what_is_no_voice_is_refused(client_of: Any) -> None:
    hoa = client_of("hoa")
    for data, code in (
        (more.film(), "file_not_what_it_says"),
        (making.photograph(), "file_kind_not_taken"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "file_kind_not_taken"),
        (b"#EXTM3U\nhttp://127.0.0.1/secret\n", "file_kind_not_taken"),
        (more.voice()[:60], "file_unreadable"),
        (b"\x1a\x45\xdf\xa3" + bytes(2_000), "file_unreadable"),
        (b"OggS" + b"\xff" * 2_000, "file_unreadable"),
        (b"\0\0\0\x18ftypM4A \0\0\0\0" + bytes(500), "file_unreadable"),
    ):
        assert refused(hoa, data, "v", voice="1")[0] == code, data[:20]


def test_a_voice_that_is_not_called_one_is_no_file(client_of: Any) -> None:
    hoa = client_of("hoa")
    assert refused(hoa, more.voice(), "anh.jpg")[0] == "file_not_what_it_says"
    assert refused(hoa, more.voice(), "a.webm")[0] == "file_kind_not_taken"
