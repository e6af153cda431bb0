"""Whatever comes, in whatever order, and whatever upkeep comes between: the state is whole."""

import random
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline import archive, continued, stories
from pipeline.continued import decide
from pipeline.settings import Settings
from tests.archive.runs import NOW, article, assert_whole, batch, prose, state
from tests.archive.test_continuing import report

PLAIN = Settings(threads=1)
START = date(2021, 3, 1)


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an archive of other news: without it, no word would be rare."""
    folder = tmp_path_factory.mktemp("others")
    batch(folder, (article(f"o{n:03}", prose(1000 + n, 60), n / 10 - 20) for n in range(200)))
    return folder


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in (4, 10, 16))]
)
def test_any_stream_leaves_a_whole_state(others: Path, tmp_path: Path, seed: int) -> None:
    """Copies, revisions, late and undated articles: counts, roles, ids and folds agree."""
    shutil.copytree(others, tmp_path, dirs_exist_ok=True)
    draw = random.Random(seed)
    stream = late_and_revised(draw)
    for start in range(0, len(stream), 14):
        batch(tmp_path, stream[start : start + 14])
        assert_whole(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 9, 16])
def test_any_upkeep_between_leaves_a_whole_state(others: Path, tmp_path: Path, seed: int) -> None:
    """Thresholds that change from run to run, rebuilding, forgetting and compacting as well."""
    shutil.copytree(others, tmp_path, dirs_exist_ok=True)
    disturb(tmp_path, random.Random(seed))


def test_stories_that_stay_as_they_are_need_no_telling(
    others: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state is that of runs which put every story into words anew, told or not."""
    stream = late_and_revised(random.Random(7))
    untold = 0

    def counted(*given: Any) -> Any:
        nonlocal untold
        found = group(*given)
        untold += found.stories["title"].null_count
        return found

    group = stories.group
    monkeypatch.setattr(stories, "group", counted)
    states = []
    for name in ("few", "all"):
        shutil.copytree(others, tmp_path / name)
        for start in range(0, len(stream), 25):
            batch(tmp_path / name, stream[start : start + 25])
        states.append(state(tmp_path / name))
        if name == "few":
            assert untold
            untold = 0
            monkeypatch.setattr(decide, "_as_told", lambda recalled, *_: None)
    assert not untold
    assert states[0] == states[1]


def late_and_revised(draw: random.Random) -> list[dict[str, Any]]:
    """Articles of five events in forty days: some late, some copied, some revised."""
    topics = [prose(100 + n, 12) for n in range(5)]
    written = [report(f"x{n}", draw.choice(topics), 40 * draw.random(), n) for n in range(60)]
    written.sort(key=lambda one: one["published"])
    late = draw.sample(range(len(written)), 15)
    stream = [one for n, one in enumerate(written) if n not in late]
    for n in late:
        stream.insert(draw.randrange(len(stream)), written[n])
    for one in draw.sample(written, 20):
        published = article("", "", 40 * draw.random())["published"]
        copy = one | {"id": f"copy{one['id']}", "published": draw.choice([published, None])}
        more = draw.choice(["", f" {prose(draw.randrange(999), 15)}"])
        stream.insert(draw.randrange(len(stream)), copy | {"text": one["text"] + more})
    return stream + [one | {"text": prose(draw.randrange(999))} for one in draw.sample(written, 5)]


def anything(draw: random.Random, span: int) -> list[dict[str, Any]]:
    """Articles of a few events, with copies of every kind, in almost any order."""
    topics = [prose(100 + n, draw.choice([8, 12, 20])) for n in range(draw.choice([2, 5, 9]))]
    days = [span * draw.random() if draw.random() < 0.75 else None for _ in range(70)]
    stream = [report(f"x{n}", draw.choice(topics), day, n) for n, day in enumerate(days)]
    for n in range(30):
        one = draw.choice(stream)
        words = one["text"].split()
        more = {
            "same": words,
            "more": words + prose(draw.randrange(999), 15).split(),
            "part": words[draw.randrange(10) : 25 + draw.randrange(len(words))],
            "both": words + draw.choice(stream)["text"].split(),
        }[draw.choice(["same", "more", "part", "both"])]
        published = article("", "", draw.choice([None, span * draw.random()]))["published"]
        stream.append(one | {"id": f"c{n}", "text": " ".join(more), "published": published})
    if draw.random() < 0.5:
        stream.sort(key=lambda one: one["published"] or "2021-03-20")
    place = [n / len(stream) if draw.random() < 0.7 else draw.random() for n in range(len(stream))]
    order = sorted(range(len(stream)), key=place.__getitem__)
    revised = [
        one
        | {"text": draw.choice([prose(draw.randrange(999)), draw.choice(stream)["text"]])}
        | {"published": draw.choice([one["published"], draw.choice(stream)["published"]])}
        for one in draw.sample(stream, 8)
    ]
    return [stream[n] for n in order] + revised


def disturb(folder: Path, draw: random.Random) -> None:
    """Bring a stream in, with upkeep between its runs."""
    root = str(folder / "archive")
    span = draw.choice([10, 25, 40, 80])
    stream = anything(draw, span)
    gone: set[str] = set()
    start = 0
    while start < len(stream):
        size = draw.choice([1, 3, 10, 25])
        part = [one for one in stream[start : start + size] if one["id"] not in gone]
        start += size
        batch(folder, part, settings=some_settings(draw) if draw.random() < 0.25 else PLAIN)
        assert_whole(folder, forgotten=bool(gone))
        if draw.random() < 0.12:
            since = START + timedelta(days=draw.randrange(-10, span))
            until = since + timedelta(days=draw.randrange(1, 30))
            continued.rebuild(root, some_settings(draw), since, until, NOW)
            assert_whole(folder, forgotten=bool(gone))
        if draw.random() < 0.12:
            known = archive.open_archive(root, PLAIN).read("articles", columns=["article_id"])
            ids = draw.sample(sorted(known["article_id"].to_pylist()), min(3, len(known)))
            gone |= set(ids)
            continued.forget(root, PLAIN, ids, NOW)
            assert_whole(folder, forgotten=True)
        if draw.random() < 0.05:
            with archive.writing(root, PLAIN) as held:
                archive.compact(held, 0, 6)
            assert_whole(folder, forgotten=bool(gone))


def some_settings(draw: random.Random) -> Settings:
    dedup = {"jaccard": draw.choice([0.5, 0.7, 0.9]), "containment": draw.choice([0.6, 0.8, 0.95])}
    stories = {"threshold": draw.choice([0.08, 0.14, 0.3])}
    return Settings.model_validate({"threads": 1, "dedup": dedup, "stories": stories})
