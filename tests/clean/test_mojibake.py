"""Mojibake: undone where it is certain, and counted."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean.mojibake import broken, mend


def mended(*texts: str | None) -> tuple[list[str | None], int]:
    column, count = mend(pa.chunked_array([pa.array(texts, pa.large_string())]))
    return column.to_pylist(), count


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("The council doesn’t open the café “at once”.", "cp1252"),
        ("The café is open — the ferry isn’t.", "latin-1"),
        ("Die Brücke bleibt gesperrt, größere Schäden gab es.", "cp1252"),
        ("Совет собрался во вторник", "cp1251"),
    ],
)
def test_utf_8_that_was_read_as_another_encoding(text: str, encoding: str) -> None:
    """The text that was meant comes back; its neighbours stay."""
    wrong = "".join(
        bytes([byte]).decode(encoding) if _defined(byte, encoding) else chr(byte)
        for byte in text.encode()
    )
    assert wrong != text
    assert mended("Plain.", wrong, None, "Other.") == (["Plain.", text, None, "Other."], 1)


def _defined(byte: int, encoding: str) -> bool:
    try:
        bytes([byte]).decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize(
    "text",
    [
        "¡NO PASÓ”, dijo. NÃO É “não”.",
        "L’été à Paris : « déjà » — où ?",
        "Рост ставок. СССР. РФ",
        "日本語。한국어. العربية ประเทศไทย",
        "Ångström Ærø Øl ‘Ö’ Ü–Z",
    ],
)
def test_right_texts_stay(text: str) -> None:
    """Capitals with accents before quotes are no mojibake."""
    assert mended(text) == ([text], 0)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=4))
def test_as_many_rows_as_before(texts: list[str]) -> None:
    """Whatever they hold; slices are seen as they are."""
    column = pa.chunked_array([pa.array(["â€™", *texts], pa.large_string())]).slice(1)
    assert len(mend(column)[0]) == len(texts)


def test_lost_characters_are_found() -> None:
    """Among the rows that are looked at."""
    texts = pa.chunked_array([pa.array(["a\ufffdb\ufffd", "\ufffd", "ï", None])])
    assert broken(texts, np.array([0, 2, 3])).tolist() == [0]
