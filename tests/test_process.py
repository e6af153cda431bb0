"""How a process treats memory and threads."""

import os
import subprocess
import sys

import pytest

from pipeline.process import as_if_missing

POOL = "ARROW_DEFAULT_MEMORY_POOL"
ASKED = """
{before}
from pipeline.process import suit_large_tables
suit_large_tables()
import gc, pyarrow
print(pyarrow.default_memory_pool().backend_name, gc.get_threshold() > (10_000, 10, 10))
"""


@pytest.mark.parametrize(
    ("before", "asked_for", "wanted"),
    [("", {}, "system"), ("import pyarrow", {}, "system"), ("", {POOL: "mimalloc"}, "mimalloc")],
)
def test_arrow_takes_memory_where_numpy_does(
    before: str, asked_for: dict[str, str], wanted: str
) -> None:
    """So it is whenever Arrow is imported, but where the environment asks for another pool."""
    others = {name: value for name, value in os.environ.items() if name != POOL}
    command = [sys.executable, "-c", ASKED.format(before=before)]
    told = subprocess.check_output(command, env={**others, **asked_for}, text=True)
    assert told.split() == [wanted, "True"]


@pytest.mark.parametrize(("asked_for", "wanted"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "3"}, "3")])
def test_no_threads_wait_for_linear_algebra(asked_for: dict[str, str], wanted: str) -> None:
    """But where the environment asks for some."""
    others = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    code = (
        "import os; from pipeline.process import start_no_idle_threads; start_no_idle_threads(); "
        "print(os.environ['OPENBLAS_NUM_THREADS'])"
    )
    command = [sys.executable, "-c", code]
    assert (
        subprocess.check_output(command, env={**others, **asked_for}, text=True).strip() == wanted
    )


def test_a_module_is_missing_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where an error ends the while; one that is there already stays."""
    monkeypatch.delitem(sys.modules, "this", raising=False)
    with pytest.raises(ImportError, match="this"), as_if_missing("this"):
        import this  # noqa: F401
    assert "this" not in sys.modules
    with as_if_missing("sys", "this"):
        import sys as again
    assert again is sys
    assert "this" not in sys.modules
