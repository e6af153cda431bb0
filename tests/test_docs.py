"""The README and its neighbours: what they tell a user to type is there to be typed."""

import importlib
import importlib.util
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import get_args

import pytest
import typer
from pydantic import BaseModel

from pipeline.cli import app
from pipeline.run import run
from pipeline.settings import Format, Settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PROSE = {
    name: (ROOT / name).read_text("utf-8")
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
}
_PYTHON = re.compile(r"^```python\n.*?^```$", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_PLACEHOLDERS = {"DAY": "2021-07-05", "INPUT...": "in.jsonl", "ID...": "a1", "...": "1"}


def fenced(language: str) -> list[str]:
    return [body for _, name, body in _FENCE.findall(README) if name == language]


def commands() -> list[str]:
    """Whole commands, of code blocks and of the text."""
    lines = [line.strip() for block in fenced("") for line in block.splitlines()]
    outside = _FENCE.sub("", README)
    lines += [" ".join(code.split()) for code in re.findall(r"`([^`]+)`", outside)]
    return sorted({line.split("  #")[0] for line in lines if line.startswith("storyfold ")})


def parsed(command: typer.core.TyperGroup, line: str) -> None:
    """Parse a command line as the command itself would; run nothing."""
    words = shlex.split(re.sub(r"[\[\]]", "", line))
    words = [_PLACEHOLDERS.get(word, word) for word in words if word != "…"]
    if words[1:] == ["--help"]:
        return
    found = command.commands[words[1]]
    found.make_context(words[1], words[2:])


COMMANDS = commands()
GROUP = typer.main.get_command(app)


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_readme_can_be_typed(line: str) -> None:
    """Its command, its options and their values are what the command line knows."""
    parsed(GROUP, line)  # type: ignore[arg-type]


def test_wrong_commands_are_found() -> None:
    """The check above can fail."""
    assert len(COMMANDS) > 10
    with pytest.raises(KeyError):
        parsed(GROUP, "storyfold nonsense")  # type: ignore[arg-type]
    with pytest.raises(Exception, match="nonsense"):
        parsed(GROUP, "storyfold run in.jsonl --nonsense")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", sorted(GROUP.commands))  # type: ignore[attr-defined]
def test_every_command_is_in_the_readme(name: str) -> None:
    """Nobody has to guess that a command exists."""
    assert f"storyfold {name}" in README


def test_every_option_named_alone_exists() -> None:
    """An option that the text names belongs to some command, of ours or of the flows'."""
    known = {
        option
        for command in GROUP.commands.values()  # type: ignore[attr-defined]
        for parameter in command.params
        for option in parameter.opts
    }
    flows = "".join(path.read_text("utf-8") for path in (ROOT / "flows").glob("*.py"))
    outside = _FENCE.sub("", README)
    for code in re.findall(r"`([^`\n]+)`", outside):
        if code.startswith("-"):
            option = re.split(r"[ =]", code)[0]
            parameter = option.strip("-").replace("-", "_")
            assert option in known or f"{parameter}:" in flows, option


def _has(model: type[BaseModel], path: list[str]) -> bool:
    for name in path:
        if not isinstance(model, type) or name not in getattr(model, "model_fields", {}):
            return False
        model = model.model_fields[name].annotation  # type: ignore[assignment]
    return True


@pytest.mark.parametrize("name", sorted(PROSE))
def test_every_setting_exists(name: str) -> None:
    """A setting that is named can be set."""
    stages = "|".join(Settings.model_fields)
    prose = _PYTHON.sub("", PROSE[name])
    found = re.findall(rf"(?<![\w/.])({stages})\.([a-z_]+)(?![\w/])", prose)
    files = {*get_args(Format), "toml", "py"}
    for stage, setting in found:
        assert setting in files or _has(Settings, [stage, setting]), f"{stage}.{setting}"
    for variable in re.findall(r"\bSTORYFOLD_([A-Z_]+__[A-Z_]+)", PROSE[name]):
        assert _has(Settings, variable.lower().split("__")), variable


@pytest.mark.parametrize("block", fenced("toml"))
def test_settings_files_of_the_readme_are_valid(block: str) -> None:
    """What the README shows as storyfold.toml is one."""
    Settings.model_validate(tomllib.loads(block))


@pytest.mark.parametrize("name", sorted(PROSE))
def test_make_targets_exist(name: str) -> None:
    """What is to be made can be made."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"^ *make ([a-z]+)|`make ([a-z]+)`", PROSE[name], re.MULTILINE):
        assert re.search(rf"^{''.join(target)}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("name", sorted(PROSE))
def test_links_lead_somewhere(name: str) -> None:
    """Files and headings that are linked to are there."""
    headings = re.findall(r"^#+ (.+)$", PROSE[name], re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}
    for target in re.findall(r"\]\(([^)\s]+)\)", PROSE[name]):
        if target.startswith("#"):
            assert target[1:] in anchors, target
        elif "://" not in target:
            assert (ROOT / target.split("#")[0]).exists(), target


@pytest.mark.parametrize(
    "module", sorted(set(re.findall(r"python -m (flows\.\w+)", "".join(PROSE.values()))))
)
def test_modules_of_the_readme_exist(module: str) -> None:
    """What ``python -m`` is told to run can be found."""
    assert importlib.util.find_spec(module) is not None


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with an archive and results of the sample, as the README has them."""
    folder = tmp_path_factory.mktemp("docs")
    inputs = [str(ROOT / "data" / "sample" / "input")]
    run(inputs, folder / "results", Settings(), archive=str(folder / "archive"))
    return folder


def test_the_readme_s_python_runs(sample: Path) -> None:
    """Its blocks are one program, that runs where the README's own commands were run.

    A block that asks for a library that is not here is only compiled.
    """
    blocks = fenced("python")
    assert blocks
    kept = []
    for block in blocks:
        compile(block, "README.md", "exec")
        asked = re.findall(r"^(?:import|from) (\w+)", block, re.MULTILINE)
        if all(importlib.util.find_spec(name) for name in asked):
            kept.append(block)
    # the threads of Arrow and DuckDB may abort where the interpreter ends before them
    program = "\n".join([*kept, "import os, sys", "sys.stdout.flush()", "os._exit(0)"])
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=sample,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(sample)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
