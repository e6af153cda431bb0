"""The whole chain on texts of eleven languages that we wrote: `texts.toml`."""

import json
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.clean import language
from pipeline.clean.language import detect, settle
from pipeline.run import run
from pipeline.settings import Settings

TEXTS = tomllib.loads(Path(__file__).with_name("texts.toml").read_text("utf-8"))
DAYS = {"ferry": "2021-07-05", "strike": "2021-07-06", "other": "2021-07-02"}


class Told(NamedTuple):
    """What the chain made of the texts."""

    articles: dict[str, dict[str, Any]]
    stories: list[dict[str, Any]]
    members: dict[str, set[str]]


def records() -> list[dict[str, str]]:
    """Give every text, and of the first of each event a copy that another outlet prints."""
    rows = []
    for code, events in TEXTS.items():
        for event, reports in events.items():
            copies = [[*reports[0][:1], reports[0][1] + "\n\nREUTERS"]] if event != "other" else []
            for at, (title, text) in enumerate([*reports, *copies]):
                rows.append(
                    {
                        "id": f"{code} {event} {at}",
                        "title": title,
                        "text": text,
                        "source": f"{code}{at}.example",
                        "published": f"{DAYS[event]}T0{6 + at}:00:00Z",
                    }
                )
    return rows


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("languages")
    lines = [json.dumps(row) for row in records()]
    (folder / "in.jsonl").write_text("\n".join(lines), "utf-8")
    run([folder / "in.jsonl"], folder, Settings())
    tables = {
        name: pq.read_table(folder / f"{name}.parquet").to_pylist()
        for name in ("articles", "stories", "members")
    }
    members: defaultdict[str, set[str]] = defaultdict(set)
    for row in tables["members"]:
        members[row["story_id"]].add(row["article_id"])
    return Told({row["article_id"]: row for row in tables["articles"]}, tables["stories"], members)


def test_every_article_has_its_language(told: Told) -> None:
    """None states one, and each is found from a headline and a few sentences."""
    found = {name: row["language"] for name, row in told.articles.items()}
    assert found == {name: name[:2] for name in found}


def test_copies_are_folded(told: Told) -> None:
    """Each with its original, and nothing else with anything."""
    kept = {name: row["kept_id"] for name, row in told.articles.items() if row["kept_id"]}
    pairs = {frozenset((name, other)) for name, other in kept.items()}
    assert pairs == {
        frozenset((f"{code} {event} 0", f"{code} {event} 2"))
        for code in TEXTS
        for event in ("ferry", "strike")
    }


def test_an_event_is_a_story_in_each_language(told: Told) -> None:
    """Both reports and the copy are together; no story has two languages or both events."""
    for members in told.members.values():
        assert len({name[:2] for name in members}) == 1
        assert not {"ferry", "strike"} <= {name.split()[1] for name in members}
    story_of = {name: row["story_id"] for name, row in told.articles.items()}
    for code in TEXTS:
        for event in ("ferry", "strike"):
            assert len({story_of[f"{code} {event} {at}"] for at in range(3)}) == 1


def test_keywords_are_words_of_the_texts(told: Told) -> None:
    """In every script: none begins within a letter, or is a single one."""
    for story in told.stories:
        written = {row["id"]: f"{row['title']} {row['text']}" for row in records()}
        texts = [written[name].casefold() for name in told.members[story["story_id"]]]
        assert story["keywords"]
        for word in story["keywords"]:
            assert len(word) > 1
            assert not unicodedata.combining(word[0])
            assert unicodedata.category(word[0])[0] != "M"
            assert any(word.casefold() in text for text in texts)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("मुख्यमंत्री म्हणाले की पूल बंद आहे आणि काम सुरू होते", "mr"),
        ("मन्त्रीले पुल बन्द भएको छ र काम सुरु गरेको छ भन्ने बताए", "ne"),
        ("Рада зібралася у вівторок і вирішила закрити міст до осені", "uk"),
        ("Съветът се събра във вторник и реши да затвори моста до есента", "bg"),
        ("شورا سه‌شنبه جلسه داشت و تصمیم گرفت پل را تا پاییز ببندد", "fa"),
        ("橋は秋まで閉鎖されると市長が述べた", "ja"),
    ],
)
def test_languages_that_are_like_others(text: str, language: str) -> None:
    """Are told by letters and words that the others do not have."""
    assert detect(text * 3)[0] == language


def test_a_language_has_one_code() -> None:
    """However a record states it."""
    stated = ["en-GB", "eng", "English", "zh_Hant", "zho", "iw", "nb", "xx"]
    found = settled(stated, [None] * len(stated), [""] * len(stated))
    assert found == ["en", "en", "en", "zh", "zh", "he", "no", "xx"]


def test_too_little_text_is_undetermined() -> None:
    """Where nothing states or shows a language."""
    assert settled([None, None], ["a", None], ["7 7 7", ""]) == ["und", "und"]


def settled(
    stated: Sequence[str | None], sources: Sequence[str | None], texts: Sequence[str]
) -> list[str]:
    """Settle the languages of articles without headlines."""
    columns = {"language": stated, "source": sources, "title": [None] * len(texts), "text": texts}
    articles = {name: pa.array(column, pa.string()) for name, column in columns.items()}
    return settle(pa.table(articles))


_ENGLISH = "The council met on Tuesday and decided to keep the bridge shut until the autumn. " * 6
_GERMAN = "Der Rat tagte am Dienstag und beschloss, die Brücke bis zum Herbst zu sperren. " * 6


@pytest.mark.parametrize("every", [2, 3, 7])
def test_a_site_of_two_languages_is_read_whole(every: int) -> None:
    """Each of its articles has its own, however many there are."""
    openings = [_GERMAN if at % every == 0 else _ENGLISH for at in range(700)]
    found = settled([None] * 700, ["news.example"] * 700, openings)
    assert found == ["de" if at % every == 0 else "en" for at in range(700)]


def test_a_site_of_nearly_one_language_keeps_its_foreign_articles() -> None:
    """A long text is in the language it is in; on a short one a guess may be a mistake."""
    openings = [_GERMAN if at % 25 == 0 else _ENGLISH for at in range(700)]
    found = settled([None] * 700, ["news.example"] * 700, openings)
    assert found == ["de" if at % 25 == 0 else "en" for at in range(700)]
    short = [opening[:240] for opening in openings]
    assert settled([None] * 700, ["news.example"] * 700, short) == ["en"] * 700


def test_articles_without_a_site_have_their_own_language() -> None:
    """However nearly all the others are in another."""
    openings = [*[_ENGLISH] * 600, _GERMAN]
    assert settled([None] * 601, [None] * 601, openings)[-1] == "de"


def test_latin_letters_are_in_no_language_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a list of names and numbers looks like."""
    guesses = [("zh", 678), ("ja", 694), ("ms", 700)]
    monkeypatch.setattr(language, "detect_fast", lambda _text, n_results: guesses[:n_results])
    assert detect("Kwak 3 6 4 6; Xu Zhi 6 2; Ito 7 5 1") == []
    assert detect("北京: Kwak 3 6 4 6; Xu Zhi 6 2; Ito 7 5 1") == ["zh", "ja", "ms"]


def test_a_text_that_shows_no_language_is_in_its_site_s() -> None:
    """However long it is."""
    openings = [*[_ENGLISH] * 9, "7 7 7 " * 200]
    assert settled([None] * 10, ["news.example"] * 10, openings)[-1] == "en"
