"""What is installed: a wheel, built and used without the clone."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pipeline.export import write
from pipeline.settings import ExportSettings
from tests.export.tables import small

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return path


def test_a_wheel_holds_all_that_the_packages_do(wheel: Path) -> None:
    """Code, templates, assets and trained weights are in it; tests and samples are not."""
    ours = {
        path.relative_to(ROOT).as_posix()
        for room in ("pipeline", "flows")
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name for name in names if ".dist-info/" not in name} == ours
    assert {name.rsplit(".", 1)[-1] for name in ours} > {"py", "html", "css", "js", "toml"}


def test_an_installed_storyfold_writes_its_report(wheel: Path, tmp_path: Path) -> None:
    """From any folder, with nothing but what the wheel brought."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    write(small(), tmp_path / "results", ExportSettings(formats=("parquet",)))
    code = "import pipeline.cli; print(pipeline.__file__, flush=True); pipeline.cli.main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "report", "--export", "results", "--out", "report"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "site")},
        check=True,
        capture_output=True,
        text=True,
    )
    where, said = done.stdout.splitlines()
    assert where == str(tmp_path / "site" / "pipeline" / "__init__.py")
    assert said.startswith("2 stories on ")
    assert (tmp_path / "report" / "assets" / "site.css").is_file()
