"""Every defect is a defect: it damages what it names and leaves the clean package alone."""

import zipfile

import pytest

from chatserver.province.defects import DEFECTS

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("name", DEFECTS)
def test_the_damaged_package_differs_from_the_clean_one(name, small_path, tmp_path):
    before, damaged = small_path.read_bytes(), tmp_path / "damaged.zip"
    DEFECTS[name](small_path, damaged)
    assert small_path.read_bytes() == before
    assert contents(damaged) != contents(small_path)
    assert DEFECTS[name].__doc__


@pytest.mark.parametrize("name", [name for name in DEFECTS if name != "zip_bomb"])  # too slow to make twice more
def test_damage_is_the_same_every_time(name, small_path, tmp_path):
    one, two = tmp_path / "one.zip", tmp_path / "two.zip"
    DEFECTS[name](small_path, one)
    DEFECTS[name](small_path, two)
    assert one.read_bytes() == two.read_bytes()


def test_the_bomb_is_small_on_disk(small_path, tmp_path):
    damaged = tmp_path / "bomb.zip"
    DEFECTS["zip_bomb"](small_path, damaged)
    assert damaged.stat().st_size < 2 * MEGABYTE
    with zipfile.ZipFile(damaged) as package:
        assert package.getinfo("users.csv").file_size > 500 * MEGABYTE


def test_the_lying_size_lies(small_path, tmp_path):
    damaged = tmp_path / "lying.zip"
    DEFECTS["lying_size"](small_path, damaged)
    with zipfile.ZipFile(damaged) as package:
        assert package.getinfo("users.csv").file_size == 100


def contents(path):
    """Names, sizes and checksums; where it cannot be read as a zip, the bytes."""
    try:
        with zipfile.ZipFile(path) as package:
            entries = [(info.filename, info.file_size, info.CRC, info.flag_bits) for info in package.infolist()]
            # A checksum that does not hold shows only when the bytes are read.
            return (entries, package.testzip()) if path.stat().st_size < MEGABYTE // 2 else (entries, None)
    except (zipfile.BadZipFile, RuntimeError, OSError, ValueError):
        return path.read_bytes()
