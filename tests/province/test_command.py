"""The command: options, progress and refusals."""

import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command


def test_it_writes_the_package_and_tells_the_counts(small_path, tmp_path, capsys):
    out = tmp_path / "province.zip"
    call_command("make_province", "--seed", "1", "--today", "2026-10-06", "--out", str(out))
    assert out.read_bytes() == small_path.read_bytes()
    assert "classes 60" in capsys.readouterr().out


def test_the_bytes_do_not_depend_on_the_hash_seed_of_the_process(small_path, tmp_path):
    out = tmp_path / "province.zip"
    command = [sys.executable, "manage.py", "make_province", "--seed", "1", "--today", "2026-10-06", "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PYTHONHASHSEED": "4711"})
    assert out.read_bytes() == small_path.read_bytes()


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(CommandError, match="no folder"):
        call_command("make_province", "--out", str(tmp_path / "nowhere" / "province.zip"))


def test_an_odd_date_is_refused(tmp_path):
    with pytest.raises(CommandError, match="not a date"):
        call_command("make_province", "--today", "6/10/2026", "--out", str(tmp_path / "province.zip"))
    assert list(tmp_path.iterdir()) == []
