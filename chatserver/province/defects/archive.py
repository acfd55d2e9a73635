"""Files that are no package, and zips that are traps."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from .package import Contents

# Compresses a thousand to one: half a megabyte on disk.
BOMB = 512 * 1024 * 1024


def not_a_zip(clean: Path, damaged: Path) -> None:
    """A CSV file under the name of a zip."""
    damaged.write_bytes(Contents.read(clean).files["users.csv"])


def empty(clean: Path, damaged: Path) -> None:
    """No bytes at all."""
    damaged.write_bytes(b"")


def truncated_zip(clean: Path, damaged: Path) -> None:
    """The upload broke off: the directory at the end is missing."""
    data = clean.read_bytes()
    damaged.write_bytes(data[: len(data) * 7 // 10])


def corrupt_zip(clean: Path, damaged: Path) -> None:
    """A few bytes in the middle are wrong: the checksum does not hold."""
    data = bytearray(clean.read_bytes())
    for place in range(len(data) // 2, len(data) // 2 + 8):
        data[place] ^= 0xFF
    damaged.write_bytes(bytes(data))


def zip_bomb(clean: Path, damaged: Path) -> None:
    """users.csv unpacks to half a gigabyte."""
    contents = Contents.read(clean)
    users = contents.files.pop("users.csv")
    contents.write(damaged)
    with zipfile.ZipFile(damaged, "a", zipfile.ZIP_DEFLATED) as package, package.open("users.csv", "w") as member:
        member.write(users)
        block = b"," * (1024 * 1024)
        for _ in range(BOMB // len(block)):
            member.write(block)


def lying_size(clean: Path, damaged: Path) -> None:
    """The directory says that users.csv unpacks to 100 bytes; it is much more."""
    Contents.read(clean).write(damaged)
    with zipfile.ZipFile(damaged) as package:
        info = package.getinfo("users.csv")
    data = bytearray(damaged.read_bytes())
    # Uncompressed size: at 22 of the local header, at 24 of the directory's entry, whose name begins at 46.
    struct.pack_into("<L", data, info.header_offset + 22, 100)
    entry = data.rindex(b"users.csv") - 46
    struct.pack_into("<L", data, entry + 24, 100)
    damaged.write_bytes(bytes(data))


def nested_zip(clean: Path, damaged: Path) -> None:
    """A zip inside a zip."""
    Contents({"goi.zip": clean.read_bytes()}).write(damaged)


def nested_folder(clean: Path, damaged: Path) -> None:
    """The files lie in a folder and not at the root."""
    files = Contents.read(clean).files
    Contents({f"OneRoster/{name}": data for name, data in files.items()}).write(damaged)


def path_traversal(clean: Path, damaged: Path) -> None:
    """A member that would be written outside the folder it is unpacked in."""
    contents = Contents.read(clean)
    contents.files["../../users.csv"] = contents.files["users.csv"]
    contents.write(damaged)


def absolute_path(clean: Path, damaged: Path) -> None:
    """A member with an absolute name."""
    contents = Contents.read(clean)
    contents.files["/tmp/users.csv"] = contents.files["users.csv"]  # noqa: S108 - the name is the defect
    contents.write(damaged)


def same_file_twice(clean: Path, damaged: Path) -> None:
    """Two members of one name, of which readers take the one or the other."""
    contents = Contents.read(clean)
    # Written under a name of the same length and renamed in the bytes: zipfile warns of a true duplicate.
    contents.files["users.csw"] = contents.files["users.csv"]
    contents.write(damaged)
    damaged.write_bytes(damaged.read_bytes().replace(b"users.csw", b"users.csv"))


def many_members(clean: Path, damaged: Path) -> None:
    """Thousands of small files beside the package."""
    contents = Contents.read(clean)
    contents.files |= {f"tep{number:05d}.csv": b"sourcedId\r\n" for number in range(5000)}
    contents.write(damaged)


def encrypted(clean: Path, damaged: Path) -> None:
    """Marked as encrypted: nobody has told the password."""
    Contents.read(clean).write(damaged)
    data = bytearray(damaged.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(signature)
        while place >= 0:
            data[place + flags] |= 1
            place = data.find(signature, place + 4)
    damaged.write_bytes(bytes(data))


_ALL: tuple[Callable[[Path, Path], None], ...] = (
    *(not_a_zip, empty, truncated_zip, corrupt_zip, zip_bomb, lying_size, nested_zip, nested_folder),
    *(path_traversal, absolute_path, same_file_twice, many_members, encrypted),
)
DEFECTS = {defect.__name__: defect for defect in _ALL}
