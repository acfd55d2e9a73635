"""What was said aloud is written anew: one channel, AAC in an m4a, which every telephone plays. Browsers record what only some
of them play (Opus in WebM or Ogg); names, places and whatever hides behind the sound stay behind."""

from array import array
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import av
import av.error

from rooms.files.examining.kinds import M4A, MP4, OGG, WEBM
from rooms.files.examining.verdict import RefusedError, Verdict
from rooms.files.limits import LONGEST_VOICE, PEAKS, VOICE_SLACK

# Speech has nothing above 12 kHz that a telephone's loudspeaker would give; 32 kbit/s are 240 kB a minute.
_RATE, _BITS = 24_000, 32_000
_READERS = MappingProxyType({WEBM: "matroska", OGG: "ogg", MP4: "mp4"})
# The sections by which loudness is first measured: 20 ms.
_SECTION = _RATE // 50
# How much of the scale a whisper takes: below this nothing was said, and nothing is made large.
_QUIET = 300


def examine(path: Path, kind: str, folder: Path) -> Verdict:
    """Writes `whole`, at most a minute; how long it is, and how loud over its length."""
    loudness: list[int] = []
    try:
        # Opened here: a reader that is given a file and no address asks for no other.
        with path.open("rb") as file, av.open(file, format=_READERS[kind], metadata_errors="ignore") as source:
            if not source.streams.audio or source.streams.video:
                raise RefusedError("file_not_what_it_says")
            with av.open(str(folder / "whole"), "w", format="mp4", options={"movflags": "+faststart"}) as made:
                seconds = _write(_heard(source), made, loudness)
    except (av.error.FFmpegError, ValueError, OverflowError, EOFError) as error:
        raise RefusedError("file_unreadable") from error
    if not seconds:
        raise RefusedError("file_unreadable")
    return Verdict(media_type=M4A, seconds=round(min(seconds, LONGEST_VOICE), 1), peaks=_peaks(loudness))


def _heard(source: Any) -> Iterator[Any]:
    """The sound, in one channel and in steps of our rate."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=_RATE)
    for frame in source.decode(audio=0):
        # Times of what was cut or paused say nothing: it is played as it stands.
        frame.pts = None
        yield from resampler.resample(frame)
    yield from resampler.resample(None)


def _write(frames: Iterator[Any], made: Any, loudness: list[int]) -> float:
    """How many seconds were written."""
    stream = made.add_stream("aac", rate=_RATE, layout="mono", bit_rate=_BITS)
    steps = 0
    rest: array[int] = array("h")
    for frame in frames:
        frame.pts = steps
        steps += frame.samples
        if steps > (LONGEST_VOICE + VOICE_SLACK) * _RATE:
            raise RefusedError("voice_too_long", seconds=LONGEST_VOICE)
        rest.frombytes(bytes(frame.planes[0])[: frame.samples * 2])
        while len(rest) >= _SECTION:
            loudness.append(max(map(abs, rest[:_SECTION])))
            del rest[:_SECTION]
        made.mux(stream.encode(frame))
    made.mux(stream.encode(None))
    return steps / _RATE


def _peaks(loudness: list[int]) -> str:
    """A digit for each of at most 48 pieces, the loudest 9."""
    count = min(PEAKS, len(loudness))
    if not count:
        return "0"
    edges = [len(loudness) * number // count for number in range(count + 1)]
    pieces = [max(loudness[start:end]) for start, end in pairwise(edges)]
    loudest = max(*pieces, _QUIET)
    return "".join(str(round(9 * piece / loudest)) for piece in pieces)
