"""How a story is told: its headline, its lead, its keywords."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from pipeline import schema
from pipeline.stories.contrast import contrast
from pipeline.stories.headlines import clean_headlines, doubts, shown
from pipeline.stories.keywords import keywords
from pipeline.stories.leads import lead_sentence
from pipeline.text import tokenize


def cleaned(*titles: tuple[str | None, str | None]) -> list[str]:
    names, sources = (
        pa.chunked_array([pa.array(part, pa.string())]) for part in zip(*titles, strict=True)
    )
    return clean_headlines(names, sources).to_pylist()


@pytest.mark.parametrize(
    ("title", "source"),
    [
        ("Ferry aground off Pell - Harbour Herald", "harbourherald.example"),
        ("Ferry aground off Pell | The Harbour Herald", "www.harbour-herald.example"),
        ("Ferry aground off Pell — Harbour Herald Tribune", "hht.example"),
        ("Ferry aground off Pell – harbourherald.example", "harbourherald.example"),
        ("  Ferry  aground off\nPell", None),
    ],
)
def test_a_site_s_name_is_taken_off(title: str, source: str | None) -> None:
    """Spelled as its domain is, in part, or by its initials."""
    assert cleaned((title, source)) == ["Ferry aground off Pell"]


def test_an_end_that_many_headlines_share_is_a_name() -> None:
    """Three of one site suffice; what only one has is part of the headline."""
    titles = [(f"Item {word} - Top Of The Hour", "a.example") for word in ("one", "two", "three")]
    titles += [("Tram strike - drivers walk out", "a.example"), ("Storm - live", "b.example")]
    assert cleaned(*titles) == [
        "Item one",
        "Item two",
        "Item three",
        "Tram strike - drivers walk out",
        "Storm - live",
    ]


def test_live_blogs_and_roundups_stand_last() -> None:
    """Whatever the language; opinion and questions stand behind plain headlines."""
    plain = ["Ferry Marigold runs aground off Pell", "انحراف عبارة قرب جزيرة بيل بعد العاصفة"]
    assert doubts(pa.array(plain)).tolist() == [0, 0]
    many = ["Storm: live updates", "Morning briefing: ferry, trams", "مباشر: العاصفة في بيل"]
    assert (doubts(pa.array([*many, ""])) >= 2).all()
    some = ["Opinion: the ferry should never have sailed", "Why did the ferry run aground?"]
    doubt = doubts(pa.array(some))
    assert ((doubt > 0) & (doubt < 2)).all()


def test_notes_on_media_are_not_shown() -> None:
    """But a headline that is nothing else stays."""
    assert shown("Ferry aground (+video)") == "Ferry aground"
    assert shown("[Video]") == "[Video]"


@pytest.mark.parametrize(
    "before",
    [
        "",
        "HARROW, July 5 (Wire Service) - ",
        "(WNS) ",
        "By Ann Writer\n\n",
        "A convoy on the road. (Jo Lens/Reuters)\n\n",
        "Story highlights Convoy leaves\n\n",
        "Harrow base falls silent\n",
        "Published 5 July\nCLOSE ",
    ],
)
def test_a_lead_is_the_first_sentence_that_tells_something(before: str) -> None:
    """Datelines, bylines, captions and a repeated headline are passed over."""
    text = "The U.S. convoy of Gen. Oduya left the Harrow base at 5 a.m. on Monday. It was cold."
    lead = lead_sentence(before + text, "Harrow base falls silent")
    assert lead == "The U.S. convoy of Gen. Oduya left the Harrow base at 5 a.m. on Monday."


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("", None),
        ("Only a caption", None),
        (
            "昨日、北の谷の基地から最後の車列が出発した。司令官は鍵を渡した。",
            "昨日、北の谷の基地から最後の車列が出発した。",
        ),
        (
            "غادرت القافلة الأخيرة قاعدة الوادي فجر اليوم بعد سنوات؟ وسلم القائد المفاتيح.",
            "غادرت القافلة الأخيرة قاعدة الوادي فجر اليوم بعد سنوات؟",
        ),
        ("one two three four five six seven", "one two three four five six seven"),
    ],
)
def test_leads_of_other_scripts_and_none(text: str, lead: str | None) -> None:
    """Sentences end as their script ends them; too little text has no lead."""
    assert lead_sentence(text) == lead


def test_a_long_lead_is_cut_between_words() -> None:
    """At 320 characters, with an ellipsis."""
    lead = lead_sentence("word " * 100 + "end.")
    assert lead is not None
    assert 300 < len(lead) <= 320
    assert lead.endswith("word…")


def told(stories: list[list[tuple[str, str]]]) -> list[list[str]]:
    """Give the keywords of stories whose members are given as title and text."""
    members = [member for story in stories for member in story]
    rows: list[dict[str, Any]] = [{"title": title, "text": text} for title, text in members]
    articles = pa.Table.from_pylist(rows, schema.CLEANED)
    sizes = np.array([len(story) for story in stories])
    rows_of = np.arange(len(members))
    terms = contrast(tokenize(articles), sizes, rows_of, 60)
    return keywords(articles, terms.hashes, sizes, rows_of, np.ones(len(members)))


FILLER = [
    [("Tram drivers walk out", "Tram drivers in Vossburg walked out over night shifts.")],
    [("School roof repaired", "The roof of the Lindholm school was repaired by its pupils.")],
    [("Beet harvest begins", "Farmers began to lift beets in the wet fields of Norrland.")],
    [("Court hears appeal", "A court heard the appeal of a baker over late deliveries.")],
]


def test_a_story_without_a_shared_word_has_keywords_all_the_same() -> None:
    """They are the most telling words of one article, those of its headline first."""
    texts = [
        ("Marigold aground", "The vessel sits on a sandbank."),
        ("Passengers rescued", "Lifeboats brought everybody home."),
    ]
    [found, *_] = told([texts, *FILLER])
    assert {"Marigold", "aground", "Passengers", "rescued"} <= set(found)
    assert not {"The", "the", "on", "a"} & set(found)


def test_keywords_are_words_and_phrases_in_their_common_spelling() -> None:
    """A phrase stands for its words, and each is spelled as running text spells it."""
    texts = [
        ("PELL ISLAND FERRY AGROUND", "Ferry Marigold ran aground. The ferry left Pell Island."),
        ("Marigold towed", "Divers saw the ferry near Pell Island, and the ferry was towed."),
        ("Ferry safe", "Off Pell Island the ferry Marigold was freed; the ferry went home."),
    ]
    [found, *_] = told([texts, *FILLER])
    assert "Pell Island" in found
    assert "Ferry Marigold" in found
    assert not {"Pell", "Island", "PELL", "ferry", "The", "the", "was"} & set(found)
    assert len(found) <= 6


def test_keywords_of_scripts_without_spaces_are_whole_words() -> None:
    """Pairs of characters are lengthened to the word that they are always part of."""
    texts = [
        ("渡船搁浅", "渡船万寿菊号昨日在北海搁浅。乘客乘坐救生艇离开万寿菊号。"),
        ("救援", "救生艇把乘客送到港口，万寿菊号将在涨潮时被拖走。"),
    ]
    [found, *_] = told([texts, [("电车", "电车司机昨日罢工。")], [("学校", "学校的屋顶修好了。")]])
    assert any("万寿菊" in word for word in found)
    assert all(len(word) > 1 for word in found)


def test_a_story_without_words_has_no_keywords() -> None:
    """Nor do numbers and single letters count as any."""
    [nothing, numbers, *_] = told([[("", "")], [("2021 7", "2021 7 x")], *FILLER])
    assert nothing == []
    assert numbers == []
