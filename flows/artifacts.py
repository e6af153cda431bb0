"""What an operator reads in the Prefect UI: a summary of the run, and its largest stories."""

from typing import Any

import pyarrow as pa
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from flows.tasks import Manifest

_SHOWN = ("title", "articles", "reposts", "sources", "first_published", "last_published")


def publish_summary(manifests: list[Manifest], files: list[str]) -> None:
    """Publish what each stage found, how long it took, and where the files are."""
    rows = [
        f"| {manifest['stage']} | {manifest['seconds']:.1f} | {_found(manifest)} |"
        for manifest in manifests
    ]
    listed = [f"- `{file}`" for file in files]
    lines = ["| stage | seconds | found |", "|---|---:|---|", *rows, "", "Files:", "", *listed]
    create_markdown_artifact(
        key="run-summary", markdown="\n".join(lines), description="What the run found"
    )


def publish_largest(stories: pa.Table) -> None:
    """Publish the largest stories, of schema.STORIES, as a table."""
    create_table_artifact(
        key="largest-stories",
        table=[_shown(story) for story in stories.to_pylist()],
        description="The stories that most articles tell",
    )


def _found(manifest: Manifest) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in manifest["counts"].items())


def _shown(story: dict[str, Any]) -> dict[str, Any]:
    row = {name: story[name] for name in _SHOWN}
    for name in ("first_published", "last_published"):
        row[name] = row[name] and row[name].strftime("%Y-%m-%d %H:%M")
    return {**row, "keywords": ", ".join(story["keywords"] or [])}
