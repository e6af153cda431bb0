"""The command line: what a user types and reads."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "sample" / "input"


def storyfold(
    *arguments: str, cwd: Path, stdin: bytes | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-c", "from pipeline.cli import main; main()", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "COLUMNS": "100", "HOME": str(cwd)},
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def test_run_writes_results_and_says_where(tmp_path: Path) -> None:
    """A piped run logs a line a stage, ends with a table, and exits with 0."""
    done = storyfold("run", str(SAMPLE), "--out", "results", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "results" / "stories.csv").is_file()
    assert "results in results" in done.stdout
    stages = ["read", "tokenize", "fold", "group", "export"]
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == stages
    assert "\x1b" not in done.stdout + done.stderr


def test_quiet_prints_nothing(tmp_path: Path) -> None:
    """With --quiet only errors speak."""
    done = storyfold("run", str(SAMPLE), "--out", "results", "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_failure_is_one_line_and_exit_1(tmp_path: Path) -> None:
    """A missing input is said in one line, without a traceback."""
    done = storyfold("run", "absent.jsonl", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("storyfold: ")
    assert done.stderr.count("\n") == 1
    assert "absent.jsonl" in done.stderr


@pytest.mark.parametrize("arguments", [["run"], ["run", "--nonsense", "x"], ["nonsense"]])
def test_wrong_usage_exits_with_2(tmp_path: Path, arguments: list[str]) -> None:
    """A call that cannot be understood is usage, not failure."""
    assert storyfold(*arguments, cwd=tmp_path).returncode == 2


def test_a_wrong_setting_is_explained(tmp_path: Path) -> None:
    """The setting, what was got, and what was expected."""
    done = storyfold("run", str(SAMPLE), "--set", "dedup.jaccard=7", cwd=tmp_path)
    assert done.returncode == 1
    assert "dedup.jaccard" in done.stderr
    assert "'7'" in done.stderr


def test_standard_input_is_read(tmp_path: Path) -> None:
    """A dash reads JSON lines from a pipe; a mapped field is found."""
    text = "The ferry to Lindholm will run again from Monday, the port said after the storm."
    record = json.dumps({"id": "a1", "kicker": "Ferry to run again", "text": text})
    done = storyfold(
        "parse", "-", "--field", "title=kicker", cwd=tmp_path, stdin=record.encode() + b"\n"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["title"] == "Ferry to run again"
    assert json.loads(done.stdout)["text"] == text


def test_parse_keeps_input_order_and_tells_of_rejects(tmp_path: Path) -> None:
    """Records come out as they went in; what could not be used is said on standard error."""
    lines = [json.dumps({"id": f"z{9 - n}", "text": f"Report number {n}."}) for n in range(5)]
    (tmp_path / "in.jsonl").write_text("\n".join([*lines[:2], "{broken", *lines[2:]]))
    done = storyfold("parse", "in.jsonl", cwd=tmp_path)
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [
        "z9",
        "z8",
        "z7",
        "z6",
        "z5",
    ]
    assert "in.jsonl:3" in done.stderr


def test_an_archive_is_run_exported_and_kept_up(tmp_path: Path) -> None:
    """Each command says what it did; the exports of a forgotten article do not hold it."""
    wire = str(SAMPLE / "wire.jsonl")
    on_archive = ("--archive", "kept")
    done = storyfold("run", wire, *on_archive, "--out", "results", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    stages = ["read", "recall", "tokenize", "fold", "group", "commit", "export"]
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == stages
    lines = (tmp_path / "results" / "articles.jsonl").read_text("utf-8").splitlines()
    first = json.loads(lines[0])["article_id"]
    assert "1 articles" in storyfold("forget", first, *on_archive, cwd=tmp_path).stdout
    assert "files after" in storyfold("compact", *on_archive, cwd=tmp_path).stdout
    exported = storyfold("export", *on_archive, "--out", "all", cwd=tmp_path)
    assert f"{len(lines) - 1:,} articles" in exported.stdout
    assert first not in (tmp_path / "all" / "members.csv").read_text("utf-8")


@pytest.mark.parametrize("command", ["export", "compact", "rebuild"])
def test_a_missing_archive_is_explained(tmp_path: Path, command: str) -> None:
    """One line; nothing is made."""
    done = storyfold(command, "--archive", "absent", cwd=tmp_path)
    assert done.returncode == 1
    assert "no archive at absent" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "absent").exists()
