"""What happened to stories in a run, as rows of the archive's ``story_events``."""

from datetime import datetime

import pyarrow as pa

from pipeline.archive import TABLES


def story_events(
    table: pa.Table,
    quieted: pa.Table,
    earlier: pa.Table,
    known: pa.Table,
    into: dict[int, int],
    came_from: dict[int, int],
    clock: datetime,
) -> pa.Table:
    """List what happened to each story."""
    names, days = known["story_id"].to_pylist(), known["day"].to_pylist()
    before = {
        row["story_id"]: row
        for row in earlier.select(["story_id", "articles", "reposts", "status"]).to_pylist()
    }
    split = {names[new]: names[old] for new, old in came_from.items()}
    events = [
        (names[gone], "merged", names[elder], clock, days[gone]) for gone, elder in into.items()
    ]
    columns = ["story_id", "articles", "reposts", "status", "first_published", "day"]
    for row in table.select(columns).to_pylist():
        name, day = row["story_id"], row["day"]
        old = before.get(name)
        if name in split:
            events.append((name, "split", split[name], clock, day))
        elif old is None:
            events.append((name, "born", None, row["first_published"] or clock, day))
        elif row["articles"] + row["reposts"] > old["articles"] + old["reposts"]:
            events.append((name, "grew", None, clock, day))
        if row["status"] == "closed" and (old is None or old["status"] == "open"):
            events.append((name, "closed", None, clock, day))
    quiet = quieted.select(["story_id", "day"]).to_pylist()
    events += [(row["story_id"], "closed", None, clock, row["day"]) for row in quiet]
    kind = pa.schema([field for field in TABLES["story_events"] if field.name != "run_id"])
    return pa.Table.from_pylist(
        [dict(zip(kind.names, event, strict=True)) for event in events], kind
    )
