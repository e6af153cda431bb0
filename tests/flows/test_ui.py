"""An operator at the Prefect UI, in a real browser: a form, a run, its artifacts."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.flows.live import PATIENCE, Live, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

ROOT = Path(__file__).resolve().parents[2]
NAME = "sample"


@pytest.fixture(scope="module")
def live(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Start a server and serve the sample; skipped where there is no browser."""
    started = Live(tmp_path_factory.mktemp("ui"))
    folder = started.home
    where = [f"--{key}={folder / key}" for key in ("archive", "out", "work", "report")]
    where += [f"--inbox={ROOT / 'data' / 'sample' / 'input'}", f"--name={NAME}", "--every=1d"]
    started.start("serve", "-m", "flows.serve", "--no-now", *where)
    until(lambda: "is drained into" in started.log("serve"), "the inbox is served")
    yield started
    started.stop()


@pytest.fixture
def page(page: "Page") -> "Page":
    page.set_default_timeout(1000 * PATIENCE)
    return page


def submitted(page: "Page") -> bool:
    """Submit the form; False where a busy server did not take it: it can be submitted again."""
    from playwright.sync_api import TimeoutError as Late

    if "tab=Runs" not in page.url:
        page.get_by_role("button", name="Submit").click()
    try:
        page.wait_for_url("**/deployments/deployment/*?tab=Runs", timeout=60_000)
    except Late:
        return False
    return True


def test_an_operator_starts_a_run_and_reads_what_it_did(
    live: Live, page: "Page", screenshots: Path
) -> None:
    """The form explains itself and refuses a bad value; a good one starts a run; it is reported."""
    deployment = live.api(f"/deployments/name/ingest-to-cluster/{NAME}", method="GET")
    page.goto(f"{live.url}/v2/deployments/deployment/{deployment['id']}/run")
    page.get_by_text("Folder whose new files are read, each once.").wait_for()
    page.get_by_text("Jaccard from which two texts are one.").wait_for()
    page.screenshot(path=screenshots / "prefect-form.png", full_page=True)

    jaccard = page.get_by_label("Jaccard (Optional)")
    jaccard.fill("7")
    page.get_by_role("button", name="Submit").click()
    fault = jaccard.evaluate("field => field.validationMessage")
    assert "less than or equal to 1" in fault
    page.screenshot(path=screenshots / "prefect-form-refuses.png")
    assert live.runs(NAME) == [run for run in live.runs(NAME) if run["auto_scheduled"]]

    jaccard.fill("0.75")
    until(lambda: submitted(page), "the form is taken")
    until(lambda: "Completed" in live.states(NAME), "the run completes")
    run = next(run for run in live.runs(NAME) if run["state_name"] == "Completed")
    assert run["parameters"]["settings"]["dedup"]["jaccard"] == 0.75

    page.goto(f"{live.url}/v2/runs/flow-run/{run['id']}")
    page.get_by_text("and 40 more").first.wait_for()
    page.get_by_text("186 articles, 5 rejects").first.wait_for()
    page.screenshot(path=screenshots / "prefect-run.png")
    page.get_by_role("tab", name="Artifacts").click()
    for shown in ("PROGRESS", "run-summary", "TABLE"):
        page.get_by_text(shown, exact=True).first.wait_for()
    page.screenshot(path=screenshots / "prefect-artifacts.png")

    asked = {"artifacts": {"flow_run_id": {"any_": [run["id"]]}}}
    artifacts = {one["description"]: one["id"] for one in live.api("/artifacts/filter", asked)}
    for about, picture, shown in (
        ("What the run read, folded and found", "run-summary", "186 articles read"),
        ("What the run read, folded and found", "run-summary", "The stories as pages, to read"),
        ("The largest stories", "largest-stories", "Central bank doubles the dose"),
        ("The fastest-growing stories", "fastest-growing", "Corinna Brand resigns"),
    ):
        page.goto(f"{live.url}/v2/artifacts/artifact/{artifacts[about]}")
        page.get_by_text(shown).first.wait_for()
        page.screenshot(path=screenshots / f"prefect-{picture}.png", full_page=True)


def test_a_bad_value_is_refused_without_the_form(live: Live) -> None:
    """The server enforces the same bounds on whoever calls it."""
    import urllib.error

    deployment = live.api(f"/deployments/name/ingest-to-cluster/{NAME}", method="GET")
    wrong = {"parameters": {"settings": {"dedup": {"jaccard": 7}}}}
    with pytest.raises(urllib.error.HTTPError) as refused:
        live.api(f"/deployments/{deployment['id']}/create_flow_run", wrong)
    refused.value.close()
    assert refused.value.code == 409
