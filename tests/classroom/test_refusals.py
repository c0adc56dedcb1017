"""What a server cannot start with: one clear sentence, exit code 2, in the language asked for."""

import os
import socket
import sqlite3
from pathlib import Path

import pytest

from classroom.settings import Settings
from classroom.store.upgrade import prepare
from tests.classroom.real import lab, refused
from tests.classroom.small_disk import fill, small_disk

pytestmark = pytest.mark.wire

ANY = ("--sip-port", "0", "--http-port", "0", "--voice", "tone")


async def both(data: Path, zh: str, en: str, *more: str) -> None:
    """Start a server that must be refused, in both languages."""
    command = ("serve", "--data", str(data), *ANY, *more)
    assert zh in await refused(*command, "--lang", "zh")
    assert en in await refused(*command, "--lang", "en")


async def test_a_sip_port_in_use(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])
        await both(tmp_path, f"SIP 端口 127.0.0.1:{port}", "stop the program", "--sip-port", port)


async def test_an_http_port_in_use(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        await both(tmp_path, "已被占用", f"127.0.0.1:{port} is in use", "--http-port", port)


async def test_data_of_a_newer_version(tmp_path: Path) -> None:
    file = Settings.load(tmp_path).database
    prepare(file)
    with sqlite3.connect(file) as base:
        base.execute("update alembic_version set version_num = 'v9999'")
    base.close()
    await both(tmp_path, "更新版本", "by a newer version of this program; update")
    for command in (("people", "list"), ("grade", "L1-0001")):
        assert "更新版本" in await refused(*command, "--data", str(tmp_path))


async def test_a_data_path_that_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("no folder")
    await both(file, "另选", "choose another one with --data")
    assert file.read_text() == "no folder"


@pytest.mark.skipif(os.name != "posix", reason="rights of folders are a matter of POSIX here")
async def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    where = Path("/proc/callcenter")  # even root makes no folder there
    if os.geteuid() != 0:
        where = tmp_path / "locked"
        where.mkdir(mode=0o500)
    await both(where, "另选", "--data")


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("[network\n", "lab.toml:1：节名没有写完", "lab.toml:1: the section's name does not end"),
        ("[network]\nsip_prt = 5070\n", "network.sip_prt", "network.sip_prt"),
        ("[disk]\nleast_free_mb = 'much'\n", "disk.least_free_mb", "disk.least_free_mb"),
    ],
)
async def test_a_broken_lab_toml(tmp_path: Path, text: str, zh: str, en: str) -> None:
    (tmp_path / "lab.toml").write_text(text)
    await both(tmp_path, zh, en)


async def test_the_language_of_lab_toml_counts_where_none_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "lab.toml").write_text("[school]\nlang = 'en'\n")
    host = ("--host", "203.0.113.9")
    assert "no address" in await refused("serve", "--data", str(tmp_path), *ANY, *host)


@pytest.mark.parametrize("host", ["203.0.113.9", "no-such-host.invalid"])
async def test_an_address_that_is_not_ours(tmp_path: Path, host: str) -> None:
    await both(tmp_path, f"本机没有地址 {host}", f"no address {host}", "--host", host)


async def test_a_full_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 8) as disk:
        await both(disk / "data", "磁盘已满", "is full (8 MB left, 64 MB needed)")
        (disk / "data" / "lab.toml").write_text("[disk]\nleast_free_mb = 0\n")
        fill(disk)
        await both(disk / "data", "磁盘已满", "is full (0 MB left")


async def test_grading_a_call_that_is_not_there(tmp_path: Path) -> None:
    assert "还没有班级" in await refused("grade", "X-1", "--data", str(tmp_path))
    prepare(Settings.load(tmp_path).database)
    assert "没有通话 X-1" in await refused("grade", "X-1", "--data", str(tmp_path))
    said = await refused("grade", "X-1", "--data", str(tmp_path), "--json", "--lang", "en")
    assert "holds no call X-1" in said


async def test_a_screen_without_a_terminal() -> None:
    for command in ("seat", "console"):
        said = await refused(command, "--server", "127.0.0.1:9", "--lang", "en")
        assert said.startswith("A screen needs a terminal")


async def test_an_option_that_does_not_exist_is_told_with_the_way_to_help() -> None:
    code, out, err = await lab("serve", "--dta", "x")
    assert (code, out) == (2, "") and "--help" in err and "Traceback" not in err
