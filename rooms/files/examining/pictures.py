"""Pictures are drawn anew: what is not a point of the picture (place, camera, comments, whatever follows) stays behind."""

import io
import struct
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from rooms.files.examining.kinds import JPEG, PNG, WEBP
from rooms.files.examining.verdict import RefusedError, Verdict
from rooms.files.limits import LONGEST, MOST_MEGAPIXELS, SMALL

_QUALITY = 85
# Counted by _require_size(), with words for people.
Image.MAX_IMAGE_PIXELS = None


def examine(path: Path, kind: str, folder: Path) -> Verdict:
    """Writes `whole`, at most 2,000 points long, and `small` where that is less; upright, opaque, without metadata."""
    if kind == WEBP:
        # Its decoder asks for the memory of the whole canvas when it opens the file.
        _require_size(*_webp_size(path))
    try:
        with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as image:
            _require_size(*image.size)
            whole = _upright(image)
    except (OSError, SyntaxError, ValueError, struct.error, UnidentifiedImageError) as error:
        raise RefusedError("file_unreadable") from error
    media_type = _write(whole, folder / "whole", drawn=kind == PNG)
    if max(whole.size) > SMALL:
        small = whole.copy()
        small.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
        _write(small, folder / "small", drawn=media_type == PNG, only=media_type)
    return Verdict(media_type=media_type, width=whole.width, height=whole.height)


def _require_size(width: int, height: int) -> None:
    if width * height > MOST_MEGAPIXELS * 1_000_000:
        raise RefusedError("picture_too_large", megapixels=MOST_MEGAPIXELS)


def _upright(image: Image.Image) -> Image.Image:
    if image.mode in {"1", "P", "PA"}:
        # Palettes cannot be made smaller smoothly.
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    # A JPEG is decoded at a fraction of its size where that is enough.
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    turned = _opaque(ImageOps.exif_transpose(image))
    turned.info.clear()
    return turned


def _opaque(image: Image.Image) -> Image.Image:
    """On white, as on paper: what is drawn in black on nothing cannot be read on a dark screen."""
    if image.mode in {"RGB", "L"} and not image.has_transparency_data:
        return image
    if not image.has_transparency_data:
        return image.convert("L" if image.mode.startswith("I;16") else "RGB")
    drawn = image.convert("RGBA")
    paper = Image.new("RGB", drawn.size, "white")
    paper.paste(drawn, mask=drawn.getchannel("A"))
    return paper


def _write(image: Image.Image, path: Path, *, drawn: bool, only: str = "") -> str:
    """Its media type: JPEG, unless it came as PNG and is no larger so, as drawings and screens are not."""
    photograph, drawing = io.BytesIO(), io.BytesIO()
    if only != PNG:
        image.save(photograph, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    if drawn:
        image.save(drawing, "PNG", optimize=True)
    is_drawing = drawn and (only == PNG or drawing.tell() <= photograph.tell())
    path.write_bytes((drawing if is_drawing else photograph).getvalue())
    return PNG if is_drawing else JPEG


def _webp_size(path: Path) -> tuple[int, int]:
    """Width and height as the head says (RFC 9649, 2.6 and 3)."""
    with path.open("rb") as file:
        head = file.read(30).ljust(30, b"\0")
    match head[12:16]:
        case b"VP8X":
            return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(head[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 ":
            width, height = struct.unpack("<HH", head[26:30])
            return width & 0x3FFF, height & 0x3FFF
    raise RefusedError("file_unreadable")
