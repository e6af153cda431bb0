"""Relations: what is a repost, and what only looks like one."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from pipeline import dedup
from pipeline.dedup import Reposts, fold
from pipeline.dedup.facts import pairs_with_other_facts
from pipeline.settings import DedupSettings
from pipeline.text import tokenize

DAY = datetime(2021, 7, 5, tzinfo=UTC)
LETTERS = "bcdfghklmnprstvw"


def prose(seed: int, n_words: int = 120) -> str:
    """Words of six letters, other ones for every seed."""
    draw = random.Random(seed)
    return " ".join("".join(draw.choices(LETTERS, k=6)) for _ in range(n_words))


def article(text: str, day: float | None = 0.0, **others: Any) -> dict[str, Any]:
    published = None if day is None else DAY + timedelta(days=day)
    known = dict.fromkeys(("title", "source", "agency", "url", "original_url"))
    return known | {"text": text, "published": published} | others


def run(*articles: dict[str, Any], **settings: Any) -> Reposts:
    rows = [{"article_id": f"a{n:03}", **one} for n, one in enumerate(articles)]
    names = ("article_id", "title", "source", "agency", "url", "original_url")
    columns = {name: pa.array([row[name] for row in rows], pa.string()) for name in names}
    columns["text"] = pa.array([row["text"] for row in rows], pa.large_string())
    stamp = pa.timestamp("us", tz="UTC")
    columns["published"] = pa.array([row["published"] for row in rows], stamp)
    table = pa.table(columns)
    return fold(table, tokenize(table), DedupSettings(**settings), 1)


def folds(found: Reposts) -> dict[int, tuple[int, str]]:
    return {row["article"]: (row["kept"], row["relation"]) for row in found.folds.to_pylist()}


def relations(found: Reposts) -> dict[tuple[int, int], str]:
    return {(row["left"], row["right"]): row["relation"] for row in found.pairs.to_pylist()}


def test_a_later_text_with_reporting_of_its_own_is_an_update() -> None:
    """The same source goes on writing: both stand, and the pair says why."""
    old, new = prose(1), prose(2)
    found = run(article(old, 0, source="Wire"), article(f"{old} {new}", 0.2, source="Wire"))
    assert folds(found) == {}
    assert relations(found) == {(0, 1): "update"}
    assert dedup.update_rows(found.pairs).tolist() == [[0, 1]]


def test_another_source_updates_where_it_opens_with_words_of_its_own() -> None:
    """An outlet that puts its own reporting before a wire's has written an article."""
    wire = article(prose(3), 0, source="Wire")
    found = run(wire, article(f"{prose(4)} {wire['text']}", 1, source="Daily"))
    assert relations(found) == {(0, 1): "update"}


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
def test_the_share_of_new_text_is_a_setting(share: float) -> None:
    """A longer text is an update from the share of its own that is set."""
    old = prose(5, 200)
    longer = f"{old} {prose(6, 130)}"  # 0.39 of it is new
    found = run(article(old, 0), article(longer, 1), update_share=share)
    assert relations(found) == {(0, 1): "update" if share <= 0.39 else "excerpt"}


@pytest.mark.parametrize("day", [-1.0, 0.0, 1.0, None])
def test_a_cut_copy_folds_whenever_it_came(day: float | None) -> None:
    """Another outlet that prints the beginning has cut it, be it earlier or later."""
    whole = prose(7, 300)
    cut = " ".join(whole.split()[:150])
    found = run(article(whole, 0, source="Wire"), article(cut, day, source="Daily"))
    assert folds(found) == {1: (0, "excerpt")}


def test_a_teaser_folds_into_the_article_that_follows() -> None:
    """A few sentences in advance are no article that is updated."""
    whole = prose(8, 300)
    teaser = " ".join(whole.split()[:40])
    found = run(article(teaser, 0, source="Wire"), article(whole, 0.1, source="Wire"))
    assert folds(found) == {0: (1, "excerpt")}


def test_copies_of_the_old_text_stay_with_it() -> None:
    """They are copies of what was printed first, and no cuts of its update."""
    old = prose(9)
    update = f"{old} {prose(10)}"
    found = run(
        article(old, 0, source="Wire"),
        article(f"{old} By our staff", 0.1, source="Daily"),
        article(update, 0.3, source="Wire"),
        article(old, 0.5, source="Evening"),
    )
    groups = {a: kept for a, (kept, _) in folds(found).items()}
    assert 2 not in groups
    assert 2 not in groups.values()
    assert len(groups) == 2


def test_a_roundup_is_flagged_and_takes_no_folds() -> None:
    """It contains two articles that have nothing in common; a copy of it is a repost of it."""
    one, other = (article(prose(n), 0, title=prose(n, 6)) for n in (11, 12))
    both = article(f"{one['text']} {other['text']}", 0.5, title="The day in brief", source="Daily")
    found = run(one, other, both, both | {"source": "Evening", "published": DAY})
    assert folds(found) == {2: (3, "exact")} or folds(found) == {3: (2, "exact")}
    assert {relations(found)[0, n] for n in (2, 3)} == {"part"}
    assert set(dedup.roundup_rows(found.pairs).tolist()) == {2, 3}


def test_two_parts_of_one_article_make_no_roundup() -> None:
    """Outlets that print one half each, of the same event, have cut it."""
    names = prose(13, 12).split()
    draw = random.Random(1)
    words = [draw.choice(names) if n % 3 == 0 else w for n, w in enumerate(prose(14, 240).split())]
    halves = [article(" ".join(part), 0) for part in (words[:120], words[120:])]
    found = run(article(" ".join(words), 0), *halves)
    assert folds(found) == {1: (0, "excerpt"), 2: (0, "excerpt")}
    assert len(dedup.roundup_rows(found.pairs)) == 0


def form(seed: int, numbers: list[int]) -> str:
    """Fill numbers into one form: a market report, a forecast."""
    words = prose(seed, 12 * len(numbers)).split()
    for place, number in enumerate(numbers):
        words[12 * place + 6] = str(number)
    return " ".join(words)


def test_one_form_with_other_facts_does_not_chain() -> None:
    """Forty forecasts in the same words, with other numbers, all stand by themselves."""
    draw = random.Random(2)
    reports = [article(form(15, draw.sample(range(50), 6)), n / 2, source="Met") for n in range(40)]
    found = run(*reports, jaccard=0.3)  # even where the numbers are a small part of the text
    assert folds(found) == {}
    assert set(relations(found).values()) <= {"template", "borderline"}
    assert "template" in relations(found).values()


def test_results_of_two_companies_are_no_copies() -> None:
    """Items of one form, half of whose numbers are others, are told apart within the hour."""
    item = (
        "Shr profit {} cts vs profit {} cts a year before after tax and charges, net income of "
        "{} dlrs vs {} dlrs in the same quarter and months, revenues of {} dlrs vs {} dlrs in the "
        "same quarter and months, average shares outstanding of {} vs {} in the same quarter"
    )
    one = item.format(29, 10, 733, 911, 2150, 1850, 401, 398)
    other = item.format(23, 26, 154, 445, 3780, 3770, 97, 96)
    assert (
        folds(run(article(one, title="Results"), article(other, title="Results"), jaccard=0.2))
        == {}
    )


def test_a_correction_is_still_a_copy() -> None:
    """One number of many that is put right, within hours, makes no other article."""
    numbers = [3, 14, 15, 92, 65, 35]
    right = form(16, numbers)
    wrong = form(16, [*numbers[:5], 36])
    found = run(article(wrong, 0, source="Wire"), article(right, 0.1, source="Wire"))
    assert [relation for _, relation in folds(found).values()] == ["near"]


def test_a_number_in_other_digits_or_with_separators_is_the_same_fact() -> None:
    """Scripts and styles write one number differently."""
    texts = ["it rose to 2,600 today", "it rose to ٢٦٠٠ today", "it rose to 2,700 today"]
    left, right = np.array([[0, 0], [1, 2]], dtype=np.int32)
    column, rows, source = pa.chunked_array([texts]), np.arange(3), np.zeros(3, dtype=np.int64)
    again = pairs_with_other_facts(column.take, rows, left, right, np.arange(3.0), source)
    assert again.tolist() == [False, True]
    at_once = pairs_with_other_facts(column.take, rows, left, right, np.zeros(3), source)
    assert at_once.tolist() == [False, False]


OBITUARY = (
    "The family of {0} announces with great sadness that the funeral will be held at the church "
    "of {1} on the hill, where mourners may gather from noon on. Instead of flowers the family "
    "asks for gifts to the hospice at {2}, whose nurses cared to the last day with so much "
    "patience and good humour. A light supper will be served in the hall behind the church for "
    "all who wish to remember a neighbour, a colleague and a friend of {3}, and the choir of {4} "
    "will sing. Cars may be left on the meadow beside the mill, as on other days of this kind."
)


def test_notices_of_one_form_with_other_names_are_no_copies() -> None:
    """Half of whose names, and three at least, are others."""
    one = OBITUARY.format("Ada Brook", "Saint Mark", "Elm Row", "Otto Fenn", "Upper Lade")
    other = OBITUARY.format("Ivo Marsh", "Saint Anne", "Dell End", "Ruth Hale", "Upper Lade")
    found = run(article(one), article(other), jaccard=0.3)
    assert relations(found) == {(0, 1): "template"}


def test_a_copy_that_spells_a_name_its_own_way_is_one() -> None:
    """In however many places: it is one name, and the others stand."""
    names = ["Ada Brook", "Ada Brook", "Ada Brook", "Otto Fenn", "Upper Lade"]
    restyled = [name.replace("Brook", "Brooke") for name in names]
    found = run(article(OBITUARY.format(*names)), article(OBITUARY.format(*restyled)), jaccard=0.3)
    assert [relation for _, relation in folds(found).values()] == ["near"]


def test_a_licence_line_is_no_evidence() -> None:
    """A short item that is mostly such a line does not fold into whatever prints it."""
    line = prose(17, 40)
    articles = [article(f"{prose(100 + n, 150)} {line}", n / 10) for n in range(8)]
    tiny = [article(f"{prose(200 + n, 4)} {line}", 0.5, title=prose(n, 5)) for n in range(2)]
    assert folds(run(*articles, *tiny)) == {}


@pytest.mark.parametrize(
    ("settings", "kept"),
    [
        ({}, 1),
        ({"keep": "longest"}, 1),
        ({"keep": "earliest"}, 2),
        ({"keep": "sources", "sources": ("Evening", "Daily")}, 0),
    ],
)
def test_which_copy_is_kept_is_a_setting(settings: dict[str, Any], kept: int) -> None:
    """The longest, the earliest, or the first by a ranking of sources."""
    text = prose(18, 200)
    found = run(
        article(text, 2, source="Evening"),
        article(f"{text} and more", 1, source="Daily"),
        article(f"Now {text}", 0, source="Wire"),
        **settings,
    )
    assert {leader for leader, _ in folds(found).values()} == {kept}
    assert len(folds(found)) == 2


def test_ties_are_broken_by_id() -> None:
    """Copies that differ in nothing have the first id's kept."""
    text = prose(19)
    for keep in ("longest", "earliest", "sources"):
        assert folds(run(*[article(text, 0)] * 3, keep=keep)) == {
            1: (0, "exact"),
            2: (0, "exact"),
        }


@pytest.mark.parametrize(
    ("source", "agency"),
    [("www.reuters.com", "Reuters"), ("The Associated Press", "AP"), ("ТАСС", "TASS")],
)
def test_what_others_credit_is_the_origin(source: str, agency: str) -> None:
    """An agency's own article, by any of its names, is kept before copies that credit it."""
    text = prose(20, 200)
    found = run(
        article(f"{text} and more", 0, source="Daily", agency=agency),
        article(text, 1, source=source),
        article(f"Now {text}", 0, source="Evening"),
    )
    assert {leader for leader, _ in folds(found).values()} == {1}


def test_the_page_that_a_copy_names_is_the_origin() -> None:
    """So is an article that another names as its original."""
    text = prose(21, 200)
    page = "https://www.town.example/news/1"
    found = run(
        article(f"{text} and more", 0, original_url="http://town.example/news/1/"),
        article(text, 1, url=page),
    )
    assert folds(found) == {0: (1, "near")}


def test_short_texts_are_compared_by_shorter_shingles() -> None:
    """One other word in twenty leaves a copy under the same headline, and nothing under another."""
    words = prose(22, 20).split()
    changed = " ".join([*words[:10], "other", *words[11:]])
    same = {"title": "Flood in the valley"}
    pair = (article(" ".join(words), 0, **same), article(changed, 0.1, **same))
    assert [relation for _, relation in folds(run(*pair)).values()] == ["near"]
    assert folds(run(*pair, short_words=1)) == {}
    assert folds(run(pair[0], pair[1] | {"title": "Storm at sea"})) == {}


def test_a_few_words_are_too_little_evidence() -> None:
    """Eight equal words of ten make no copy."""
    words = prose(23, 10).split()
    one, other = article(" ".join(words), 0), article(" ".join([*words[:8], "or", "so"]), 0)
    assert folds(run(one, other)) == {}
