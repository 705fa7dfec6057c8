"""The setup script where it may not install anything: what it gets by itself, and the one line that it asks for.

Programs that tell what the machine has stand before the real ones on PATH; the script itself runs whole.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "deployments" / "setup.sh"
CORE = ["NotoSans-Regular.ttf", "NotoSansBengali-Regular.ttf", "NotoNastaliqUrdu-Regular.ttf"]
CJK = ["NotoSansCJK-Regular.ttc"]

Machine = Callable[..., subprocess.CompletedProcess[str]]


def font_package(folder: Path, name: str, fonts: list[str]) -> None:
    """A small Debian package with empty files where the real one has its fonts."""
    tree = folder / name
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN" / "control").write_text(
        f"Package: {name}\nVersion: 1\nArchitecture: all\nMaintainer: Nobody <nobody@example.org>\nDescription: fonts\n"
    )
    place = tree / "usr" / "share" / "fonts" / "noto"
    place.mkdir(parents=True)
    for font in fonts:
        (place / font).touch()
    subprocess.run(["dpkg-deb", "--build", tree, folder / f"{name}_1_all.deb"], check=True, capture_output=True)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Runs setup as a user without root on a machine with Python alone: no fonts, no libraries."""
    tree, programs, packages = tmp_path / "tree", tmp_path / "bin", tmp_path / "packages"
    for folder in (tree / "deployments", programs, packages, tmp_path / "home", tmp_path / "scratch"):
        folder.mkdir(parents=True)
    shutil.copy(SCRIPT, tree / "deployments")
    (tree / "pyproject.toml").touch()
    (tree / "constraints.txt").touch()
    font_package(packages, "fonts-noto-core", CORE)
    font_package(packages, "fonts-noto-cjk", CJK)

    def program(name: str, body: str) -> None:
        (programs / name).write_text(f"#!/bin/bash\n{body}\n")
        (programs / name).chmod(0o755)

    def run(*, download: bool = True, sudo: bool = True, venv: bool = True) -> subprocess.CompletedProcess[str]:
        program("id", "echo 1000")
        # Fonts of the machine that runs this test are out of sight.
        program(
            "find", 'for a; do case $a in /usr/*) ;; *) set -- "$@" "$a" ;; esac; shift; done; command -p find "$@"'
        )
        missing = "ctypes" if venv else "ctypes*|*ensurepip"
        program("python", f'case "$2" in *{missing}*) exit 1 ;; esac; exec "{sys.executable}" "$@"')
        program("apt-get", f'cp "{packages}"/*.deb .' if download else "exit 100")
        if sudo:
            program("sudo", "exit 1")
        path = f"{programs}:{os.environ['PATH']}" if sudo else f"{programs}:{path_without_sudo(tmp_path)}"
        places = {"HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "scratch")}
        return subprocess.run(
            ["bash", tree / "deployments" / "setup.sh", "run"],
            env={"PATH": path, "PYTHON": "python", **places},
            capture_output=True,
            text=True,
        )

    return run


def path_without_sudo(folder: Path) -> Path:
    """A folder with all that the script calls, but for sudo."""
    tools = folder / "tools"
    tools.mkdir()
    needed = "bash|cat|cp|cut|dirname|dpkg-deb|find|flock|getent|grep|mkdir|mktemp|mv|rm|sha256sum|tar"
    for name in needed.split("|"):
        (tools / name).symlink_to(shutil.which(name) or name)
    return tools


def test_without_root_the_fonts_land_in_the_users_own_folder(machine: Machine, tmp_path: Path) -> None:
    machine()
    fonts = tmp_path / "home" / ".local" / "share" / "fonts" / "steward"
    assert sorted(path.name for path in (fonts / "fonts-noto-core").iterdir()) == sorted(CORE)
    assert [path.name for path in (fonts / "fonts-noto-cjk").iterdir()] == CJK
    assert sorted(path.name for path in fonts.iterdir()) == ["fonts-noto-cjk", "fonts-noto-core"]


def test_libraries_that_need_root_are_one_line_to_type(machine: Machine, tmp_path: Path) -> None:
    done = machine()
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "setup: this needs an administrator once. Type this line, then try again:",
        "setup:   sudo sh -c 'apt-get update && apt-get install -y "
        "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0'",
    ]
    assert not (tmp_path / "tree" / ".venv").exists()


def test_fonts_that_cannot_be_downloaded_join_the_line(machine: Machine, tmp_path: Path) -> None:
    done = machine(download=False)
    assert done.returncode == 1
    assert "libharfbuzz-subset0 fonts-noto-core fonts-noto-cjk'" in done.stderr
    assert not (tmp_path / "home" / ".local" / "share" / "fonts" / "steward" / "fonts-noto-core").exists()


def test_where_there_is_no_sudo_the_line_uses_su(machine: Machine) -> None:
    assert "  su - -c 'apt-get update && apt-get install -y libpango" in machine(sudo=False).stderr


def test_a_python_that_cannot_make_environments_is_named_in_the_line(machine: Machine) -> None:
    assert f"install -y python3.{sys.version_info[1]}-venv libpango" in machine(venv=False).stderr


def test_nothing_of_the_download_stays_behind(machine: Machine, tmp_path: Path) -> None:
    machine()
    assert sorted(path.name for path in (tmp_path / "tree").iterdir()) == [
        "constraints.txt",
        "deployments",
        "pyproject.toml",
    ]
    assert [path.name for path in (tmp_path / "home").iterdir()] == [".local"]
    assert list((tmp_path / "scratch").iterdir()) == []


def test_an_unknown_word_is_refused_before_anything_is_done() -> None:
    done = subprocess.run(["bash", SCRIPT, "everything"], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "setup: say what to set up: run or develop, not everything.\n"
