"""Pages as files, and the encodings of HTML."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.ingest import read
from pipeline.ingest.encodings import decode_html, html_as_utf8
from pipeline.settings import IngestSettings

NEWS = {
    "windows-1251": "Паром вышел из гавани с двадцатью пассажирами.",
    "koi8-r": "Паром вышел из гавани с двадцатью пассажирами.",
    "shift_jis": "今日、フェリーは港を出発しました。乗客は二十人でした。",
    "gb18030": "今天渡轮离开了港口，船上有二十名乘客。",
    "windows-1256": "غادرت العبارة الميناء اليوم وعلى متنها عشرون راكبا",
    "iso-8859-1": "Die Fähre verließ den Hafen mit zwanzig Fahrgästen.",
    "euc-kr": "오늘 여객선이 항구를 떠났다. 승객은 스무 명이었다.",
    "utf-8": "Le bac a quitté l’île à l’aube.",
}


def read_all(*inputs: Path, **settings: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    batches = list(read(list(inputs), IngestSettings(**settings)))
    records = [row for batch in batches for row in batch.records.to_pylist()]
    return records, [row for batch in batches for row in batch.rejects.to_pylist()]


@pytest.mark.parametrize(("name", "text"), NEWS.items())
def test_a_declared_encoding_is_used(name: str, text: str) -> None:
    """Be it in the HTTP header, in a meta tag old or new, or in an XML declaration."""
    body = f"<p>{text}</p>".encode(name)
    assert text in decode_html(body, declared=name)
    assert text in decode_html(b"<meta charset='%b'>" % name.encode() + body)
    old = b'<meta http-equiv="Content-Type" content="text/html; charset=%b">'
    assert text in decode_html(old % name.encode() + body)
    assert text in decode_html(b'<?xml version="1.0" encoding="%b"?>' % name.encode() + body)


@pytest.mark.parametrize("name", ["windows-1251", "shift_jis", "gb18030", "windows-1256", "utf-8"])
def test_an_undeclared_encoding_is_detected(name: str) -> None:
    """From the bytes alone, given a few sentences."""
    assert NEWS[name] in decode_html(f"<p>{NEWS[name] * 3}</p>".encode(name))


def test_utf_8_is_known_whatever_is_declared() -> None:
    """Servers often say ISO-8859-1 of everything."""
    data = NEWS["utf-8"].encode()
    assert decode_html(b"<meta charset=iso-8859-1>" + data, "iso-8859-1").endswith(NEWS["utf-8"])


def test_a_wrong_declaration_is_passed_over() -> None:
    """Where the bytes do not fit it, or nobody knows the name."""
    data = (NEWS["windows-1251"] * 3).encode("windows-1251")
    for declared in ("utf-8", "shift_jis", "no-such-encoding"):
        assert NEWS["windows-1251"] in decode_html(data, declared)


def test_a_stray_byte_does_not_change_the_encoding() -> None:
    """It becomes U+FFFD, and the rest is read as declared."""
    text = decode_html(b"\xff" + (NEWS["utf-8"] * 30).encode(), "utf-8")
    assert text == "\ufffd" + NEWS["utf-8"] * 30


@pytest.mark.parametrize("name", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_wins(name: str) -> None:
    """Over any declaration, and is no part of the text."""
    assert decode_html("<p>Fähre".encode(name), "iso-8859-1") == "<p>Fähre"


@pytest.mark.parametrize("declared", [None, "utf-8", "iso-8859-1", "utf-16", "shift_jis"])
@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1251"])
def test_html_as_utf8_is_what_is_decoded(name: str, declared: str | None) -> None:
    """Also where the bytes are taken as they are."""
    data = f"<p>{NEWS['windows-1251'] * 3}</p>".encode(name)
    assert html_as_utf8(data, declared).decode() == decode_html(data, declared)


def test_folders_of_html_files(tmp_path: Path) -> None:
    """A file is a record with its name as id; what is too large, empty or no HTML is told."""
    (tmp_path / "a.html").write_bytes(b"<meta charset=latin1><p>F\xe4hre")
    (tmp_path / "b.HTM").write_bytes(b"")
    (tmp_path / "c.xhtml").write_bytes(b"<p>" + b"x" * (1 << 20))
    (tmp_path / "d.txt").write_text("A page.")
    records, rejects = read_all(tmp_path, page_megabytes=1)
    assert [(row["id"], row["html"], row["page_text"]) for row in records] == [
        ("a", "<meta charset=latin1><p>Fähre", None),
        ("d", None, "A page."),
    ]
    assert [reject["reason"] for reject in rejects] == [
        "empty file",
        "larger than 1 MB (ingest.page_megabytes)",
    ]
