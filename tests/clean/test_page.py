"""Pages: what is the body, the headline, the date, and what is cut."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean.page import read_page, read_pages
from pipeline.clean.page.characters import SIZE, SPACE, tables
from pipeline.clean.page.headline import FEATURES, candidates_of
from pipeline.clean.page.labels import read_labelled, without_bullets
from pipeline.clean.page.make_headline_weights import cross_validated as headlines_found
from pipeline.clean.page.make_weights import cross_validated, scores
from pipeline.clean.page.model import shipped
from pipeline.clean.page.told import Told

PAGE = """ date 2021-07-09 0
Friday 9 July 2021 - 18:05

Last Convoy Leaves Sarabad as Northern Garrison Is Handed Over

Story Code : 1207
Last Convoy Leaves Sarabad as Northern Garrison Is Handed Over
The last foreign convoy left the base at Sarabad before dawn on Friday, ending nineteen years.

"We hand over the keys and the coffee machine," the departing commander told reporters there.

Residents watched from the roadside, and some said that they feared what the winter would bring.
Comment

Featured Stories
Harbour Strike Enters Third Week
Harbour Strike Enters Third Week
8 July 2021
Minister Denies Toll Road Was Sold
Minister Denies Toll Road Was Sold
"""


def test_a_page_becomes_headline_date_and_body() -> None:
    """The headline stands once, the body runs from first to last paragraph, the rest is cut."""
    page = read_page(PAGE)
    assert page.title == "Last Convoy Leaves Sarabad as Northern Garrison Is Handed Over"
    assert page.dated == "Friday 9 July 2021 - 18:05"
    paragraphs = page.text.split("\n\n")
    assert len(paragraphs) == 3
    assert paragraphs[0].startswith("The last foreign convoy")
    assert paragraphs[-1].endswith("the winter would bring.")
    assert ("comments", "Comment") in page.cut
    assert ("related", "Featured Stories") in page.cut
    assert ("date", "Friday 9 July 2021 - 18:05") in page.cut
    assert [kind for kind, _ in page.cut].count("headline") == 2
    lines = [line.strip() for line in PAGE.splitlines() if line.strip()]
    assert sorted([*paragraphs, *(line for _, line in page.cut)]) == sorted(lines)


LANGUAGES = {
    "de": (
        (
            "Startseite\nPolitik\nSport\nBrücke in Altdorf bleibt bis zum Herbst gesperrt\n"
            "Von Karla Brunner\n5. Juli 2021, 17:30 Uhr\n{}\nKommentare\nDas könnte Sie auch "
            "interessieren\nHafen wird ausgebaut\nMinister tritt zurück\nImpressum\nDatenschutz"
        ),
        "Die Brücke in Altdorf bleibt nach Angaben der Gemeinde bis zum Herbst gesperrt.",
        "Ein Sprecher sagte am Montag, die Schäden an den Pfeilern seien größer als erwartet.",
        "Die Anwohner müssen nun einen Umweg von zwölf Kilometern in Kauf nehmen.",
    ),
    "es": (
        (
            "Inicio\nDeportes\nEl puente de Valdeluz seguirá cerrado hasta el otoño\n"
            "5 de julio de 2021\n{}\nComentarios\nNoticias relacionadas\nEl puerto crecerá\n"
            "Dimite la ministra\nAviso legal\nPolítica de cookies"
        ),
        "El puente de Valdeluz seguirá cerrado hasta el otoño, según informó el ayuntamiento.",
        "Una portavoz dijo el lunes que los daños en los pilares son mayores de lo previsto.",
        "Los vecinos tendrán que dar un rodeo de doce kilómetros para llegar al trabajo.",
    ),
    "ru": (
        (
            "Главная\nСпорт\nМост в Заречном закроют до осени\n5 июля 2021\n{}\nКомментарии\n"
            "Читайте также\nПорт расширят\nМинистр ушёл в отставку\nРеклама\nО проекте"
        ),
        "Мост в Заречном останется закрытым до осени, сообщила в понедельник администрация.",
        "По словам представителя мэрии, повреждения опор оказались серьёзнее, чем ожидалось.",
        "Жителям придётся ездить в объезд, что займёт около сорока минут в каждую сторону.",
    ),
    "ar": (
        (
            "الرئيسية\nرياضة\nجسر الوادي يبقى مغلقا حتى الخريف\n{}\nتعليقات\nاقرأ أيضا\n"
            "توسيع الميناء\nاستقالة الوزير\nسياسة الخصوصية\nجميع الحقوق محفوظة"
        ),
        "قالت بلدية الوادي يوم الاثنين إن الجسر سيبقى مغلقا حتى الخريف بسبب الأضرار الكبيرة.",
        "وأضاف المتحدث أن الأضرار التي لحقت بالأعمدة كانت أكبر من المتوقع في بداية العام.",
        "وسيضطر السكان إلى استخدام طريق آخر يزيد طوله على اثني عشر كيلومترا للوصول إلى العمل.",
    ),
    "ja": (
        (
            "ホーム\nスポーツ\n川上大橋、秋まで通行止め\n2021年7月5日\n{}\n関連記事\n港を拡張へ\n"
            "大臣が辞任\nコメント\nプライバシーポリシー"
        ),
        "川上市は5日、老朽化が進む川上大橋を秋まで通行止めにすると発表した。橋脚の損傷が想定より大きかった。",
        "市の担当者は記者会見で「安全が確認できるまで開通させることはできない」と述べ、理解を求めた。",
        "住民は約12キロの迂回を強いられることになり、通勤や通学への影響が心配されている。",
    ),
    "hi": (
        (
            "होम\nखेल\nनदी का पुल पतझड़ तक बंद रहेगा\n{}\nटिप्पणी\nये भी पढ़ें\nबंदरगाह का विस्तार\n"
            "मंत्री का इस्तीफा\nविज्ञापन"
        ),
        "नगर निगम ने सोमवार को कहा कि नदी पर बना पुराना पुल पतझड़ तक बंद रहेगा।",
        "प्रवक्ता ने बताया कि खंभों को हुआ नुकसान अनुमान से कहीं अधिक है और मरम्मत में समय लगेगा।",
        "निवासियों को अब काम पर जाने के लिए बारह किलोमीटर लंबा रास्ता लेना होगा।",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_many_languages(language: str) -> None:
    """Menus, bylines, dates, comments and other headlines go; every paragraph stays."""
    frame, *paragraphs = LANGUAGES[language]
    page = read_page(frame.format("\n".join(paragraphs)))
    assert page.text.split("\n\n") == paragraphs


def test_what_a_site_prints_on_every_page_is_no_body() -> None:
    """A paragraph of consent that looks like news is told by standing on all pages of a site."""
    wall = (
        "We and our partners store what you read on this site, and we would like to know whether "
        "you agree that it is measured, compared with what others read, and kept for a year."
    )
    page = "Bulletin\n{0}\n{0}\nThe council of {1} met on Monday and closed the bridge of {1}."
    pages = [page.format(wall, name) for name in ("Aal", "Bex", "Cern", "Dorn", "Elm", "Furt")]
    assert all(wall in page.text for page in read_pages([page + "\n" + wall for page in pages[:1]]))
    for page_read in read_pages(pages, ["bulletin.example"] * len(pages)):
        assert wall not in page_read.text
        assert page_read.text.startswith("The council of")
        assert ("repeated", wall) in page_read.cut


def is_seen(char: str) -> bool:
    kinds, _ = tables()
    return ord(char) >= SIZE or kinds[ord(char)] != SPACE


PARTS = st.sampled_from([*"'’‘”“–—…-_7 .", "\xa0", "\u2028", "é", "ﬁ", "İ", "渡", "ab"])
WORDS = st.sampled_from(["Ferry", "left", "Quay", "färja", "渡し船", "to"])


@given(st.lists(st.one_of(PARTS, WORDS), max_size=30).map("".join))
def test_words_that_headline_and_body_share_are_whole_words(text: str) -> None:
    """Whatever parts them: a mark, a digit, a letter of another script makes another word."""
    line = "The ferry left the quay: färja 渡し船"
    lines, told = [line, text], dict.fromkeys((0, 1), Told(day=False, ago=False, signed=None))
    _, values = candidates_of(lines, ["other"] * 2, [False] * 2, 1, text, told)
    word = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{2}|[^\W\d_]{3,}")
    shared = set(word.findall(line.casefold())) & set(word.findall(text.casefold()))
    assert np.expm1(values[0, FEATURES.index("words of it in the text")]) == pytest.approx(
        len(shared)
    )


@given(st.lists(st.text(max_size=40), max_size=12))
def test_no_line_is_lost(lines: list[str]) -> None:
    """Every line that is not blank is in the body or among what was cut."""
    text = "\n".join(lines)
    page = read_page(text)
    shown = [*page.text.split("\n\n"), *(line for _, line in page.cut)]
    joined = [c for c in "".join(shown) if is_seen(c)]
    assert sorted(joined) == sorted(filter(is_seen, text))


def test_bylines_and_agencies_beside_a_body() -> None:
    """A byline above the body is no part of it, and names the agency."""
    signed = PAGE.replace("Story Code : 1207", "By Ada Writer, Associated Press")
    page = read_page(signed)
    assert (page.byline, page.agency) == ("Ada Writer, Associated Press", "AP")
    assert "Ada Writer" not in page.text


@pytest.mark.corpus
def test_the_shipped_model_finds_bodies_of_real_pages(corpora: Path) -> None:
    """On the pages it was fitted to, mean Jaccard of word 5-shingles is 0.87 or more."""
    assert np.nanmean(scores(read_labelled(corpora / "pages_dev.jsonl.gz"), shipped())) >= 0.87


@pytest.mark.corpus
@pytest.mark.slow
def test_bodies_on_sites_that_the_model_has_not_seen(corpora: Path) -> None:
    """Cross-validated by site it is 0.86 or more, whether list items are marked or not."""
    pages = read_labelled(corpora / "pages_dev.jsonl.gz")
    assert np.nanmean(cross_validated(pages)) >= 0.86
    assert np.nanmean(cross_validated(pages, without_bullets)) >= 0.86


@pytest.mark.corpus
def test_headlines_on_sites_that_the_weights_have_not_seen(corpora: Path) -> None:
    """Seven of eight are found, cross-validated by site."""
    right, total = headlines_found(corpora / "pages_dev.jsonl.gz")
    assert right >= 0.875 * total


STANDFIRST = """Home
News
Ferry aground off Sandholm with all 120 passengers safe ashore
Tugs and a lifeboat brought everybody to the harbour by noon on Monday, the owner of the ship said.
By Ada Writer
5 July 2021
{body}
"""


def test_a_headline_is_told_from_what_stands_under_it() -> None:
    """The longer line below it says the same, and is no headline."""
    body = "\n".join(line for line in PAGE.splitlines() if len(line) > 80).replace(
        "foreign convoy left the base at Sarabad", "ferry ran aground off Sandholm"
    )
    page = read_page(STANDFIRST.format(body=body + "\nTugs brought 120 passengers of the ferry."))
    assert page.title == "Ferry aground off Sandholm with all 120 passengers safe ashore"
