"""The shape of the code: which package may import which."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PIPELINE = ROOT / "pipeline"
STAGES = ("ingest", "extract", "clean", "text", "dedup", "stories", "archive", "export")
LEAVES = (
    *("settings", "schema", "seen", "counts", "agencies", "surrogates", "errors", "parallel"),
    *("process", "json_rows"),
)


def our_imports(file: Path) -> set[str]:
    """Modules of this project that a file imports, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "pipeline":
            found |= {f"pipeline.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return {name for name in found if name.split(".")[0] in ("pipeline", "flows", "prefect")}


def files_of(folder: Path) -> list[Path]:
    files = sorted(folder.rglob("*.py"))
    assert files, f"no code in {folder}"
    return files


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_imports_leaves_text_and_itself(stage: str) -> None:
    """No stage knows another."""
    allowed = {*LEAVES, "text", stage}
    for file in files_of(PIPELINE / stage):
        for name in our_imports(file):
            assert name.split(".")[0] == "pipeline", f"{file} imports {name}"
            assert name.split(".")[1] in allowed, f"{file} imports {name}"


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "text"])
def test_text_is_entered_by_its_front_door(stage: str) -> None:
    """Other stages use what `pipeline.text` hands out, not its insides."""
    for file in files_of(PIPELINE / stage):
        inner = {name for name in our_imports(file) if name.startswith("pipeline.text.")}
        assert not inner, f"{file} imports {inner}"


def test_stages_are_entered_by_their_front_doors() -> None:
    """What strings stages together uses what they hand out, not their insides."""
    around = [
        file for room in ("continued", "look", "report") for file in files_of(PIPELINE / room)
    ]
    around += [PIPELINE / name for name in ("stages.py", "gather.py", "job.py")]
    for file in around:
        inner = {
            name for name in our_imports(file) if name.split(".")[1:2] in [[s] for s in STAGES]
        }
        assert all(name.count(".") == 1 for name in inner), f"{file} imports {inner}"


@pytest.mark.parametrize("leaf", LEAVES)
def test_a_leaf_imports_nothing_of_ours(leaf: str) -> None:
    """Leaves stand at the end of every import."""
    assert our_imports(PIPELINE / f"{leaf}.py") == set()


def test_the_pipeline_knows_no_prefect() -> None:
    """The flows are around the pipeline, not in it."""
    for file in files_of(PIPELINE):
        roots = {name.split(".")[0] for name in our_imports(file)}
        assert roots <= {"pipeline"}, f"{file} imports {roots}"


def loaded_by(module: str, *libraries: str) -> set[str]:
    """Import a module in a new process; give which of the libraries that brings."""
    code = f"import sys, {module}; print(*{set(libraries)} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return set(done.stdout.split())


_LATER = ("numba", "sklearn", "scipy", "datasketch", "deltalake")


def test_help_loads_nothing_heavy() -> None:
    """The command answers at once, because heavy imports wait until they are needed."""
    assert not loaded_by("pipeline.cli", *_LATER, "pyarrow", "prefect", "numpy")


def test_reading_begins_before_the_kernels_are_there() -> None:
    """A run imports numba and scikit-learn while it waits for its files, not before it reads."""
    assert not loaded_by("pipeline.run", *_LATER)
