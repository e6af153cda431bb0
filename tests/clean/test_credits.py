"""News agencies and bylines that an article's text credits."""

import numpy as np
import pyarrow as pa
import pytest

from pipeline.clean.credits import closing_agency, credit_columns, opening_agency


@pytest.mark.parametrize(
    ("head", "agency"),
    [
        ("TEHRAN (Tasnim) – The bridge was opened.", "Tasnim"),
        ("(Reuters) - The bridge was opened.", "Reuters"),
        ("WASHINGTON/PARIS (Reuters) — The bridge was opened.", "Reuters"),
        ("KABUL, Afghanistan (AP) -- The bridge was opened.", "AP"),
        ("Karachi, Sept. 9 (ANI): The bridge was opened.", "ANI"),
        ("CHENGDU, Dec. 9 (Xinhua) -- The bridge was opened.", "Xinhua"),
        ("Berlin (dpa/lno) - Die Brücke wurde geöffnet.", "dpa"),
        ("Paris (AFP) Le pont est ouvert.", "AFP"),
        ("Madrid, 3 mar (EFE).- El puente se abrió.", "EFE"),
        ("(ANSA) - ROMA, 03 GEN - Il ponte è aperto.", "ANSA"),
        ("Lisboa, 03 jan 2020 (Lusa) - A ponte abriu.", "Lusa"),
        ("МОСКВА, 5 июля. /ТАСС/. Мост открыт.", "TASS"),
        ("МОСКВА, 3 фев — РИА Новости. Мост открыт.", "RIA Novosti"),
        ("واس - الرياض: افتتح الجسر.", "SPA"),
        ("دبي - رويترز: افتتح الجسر.", "Reuters"),
        ("أبوظبي في 5 يوليو (وام) - افتتح الجسر.", "WAM"),
        ("新华社北京7月5日电 大桥今天通车。", "Xinhua"),
        ("【ワシントン時事】橋が開通した。", "Jiji Press"),
        ("(서울=연합뉴스) 다리가 개통됐다.", "Yonhap"),
        ("[서울=뉴시스] 다리가 개통됐다.", "Newsis"),
        ("Bridge opened\n\nBy Ada Writer, Associated Press\n\nIt was opened.", "AP"),
        ("Von Karl Schreiber, dpa\nDie Brücke ist offen.", "dpa"),
    ],
)
def test_datelines_of_many_languages(head: str, agency: str) -> None:
    """An agency is found where its country's press prints it."""
    assert opening_agency(head) == agency


@pytest.mark.parametrize(
    ("tail", "agency"),
    [
        ("The bridge is open. (Source: AFP) Use under the terms of our licence.", "AFP"),
        ("The bridge is open.\n REUTER", "Reuters"),
        ("El puente está abierto. EFE", "EFE"),
        ("Jambatan itu dibuka. — Bernama", "Bernama"),
        ("Die Brücke ist offen.\nQuelle: dpa", "dpa"),
        ("Мост открыт. Источник: ТАСС", "TASS"),
        ("افتتح الجسر. «رويترز»", "Reuters"),
        ("大桥通车。（来源：新华社）", "Xinhua"),
    ],
)
def test_credits_at_the_end(tail: str, agency: str) -> None:
    """So is one that closes the text."""
    assert closing_agency(tail) == agency


@pytest.mark.parametrize(
    "text",
    [
        "The minister told Reuters on Monday that the bridge was open.",
        "WASHINGTON — A majority in the latest Associated Press survey like the bridge.",
        "The building of the Tehreek party (PTI) had been closed since May.",
        "A bridge (Photo: Jo Miller, AP)\n\nThe bridge was opened on Monday.",
        "Enlarge this image toggle caption Jo Miller/AFP/Getty Images\n\nThe bridge is open.",
        "The bridge is open.\n\nThe Associated Press contributed to this report.",
        "The bridge is open, he told EFE",
    ],
)
def test_a_mention_is_no_credit(text: str) -> None:
    """Neither are pictures, parties of the same letters, or contributions."""
    assert opening_agency(text) is None
    assert closing_agency(text) is None


def test_bylines_and_agencies_of_a_column() -> None:
    """A stated byline names the agency first; a first line that only signs is the byline."""
    texts = pa.chunked_array(
        [["By Ada Writer\n\nLYON (AFP) - It is open.", "By noon it was open.", ""]],
        pa.large_string(),
    )
    bylines = pa.array([None, "Tom Dale, Reuters", "dpa"], pa.string())
    found = credit_columns(texts, np.arange(len(texts)), bylines)
    assert found["agency"].to_pylist() == ["AFP", "Reuters", "dpa"]
    assert found["byline"].to_pylist() == ["Ada Writer", "Tom Dale, Reuters", "dpa"]
