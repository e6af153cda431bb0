"""Encodings: declared by marks, found out, or refused; and no character is lost unsaid."""

import csv as csv_module
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest import read
from pipeline.ingest.encodings import decode_text, legacy_encoding
from pipeline.settings import IngestSettings

TEXTS = {
    "cp1252": "Die Fähre lief am frühen Morgen auf Grund. „Niemand wurde verletzt“.",
    "iso-8859-1": "L'été dernier, la traversée avait déjà été fermée à cause de la tempête.",
    "cp1251": "Паром сел на мель рано утром. Никто не пострадал, сообщила компания.",
    "koi8-r": "Паром сел на мель рано утром. Никто не пострадал, сообщила компания.",
    "cp1250": "Prom osiadł na mieliźnie wcześnie rano. Nikt nie został ranny. Łódź.",
    "cp1253": "Το πορθμείο προσάραξε νωρίς το πρωί. Κανείς δεν τραυματίστηκε, είπε η εταιρεία.",
    "cp1254": "Vapur sabah erken saatlerde karaya oturdu. Şirket, “yaralı yok” dedi.",
    "cp1256": "جنحت العبارة في الصباح الباكر ولم يصب أحد بأذى كما قالت الشركة المشغلة.",
    "gbk": "渡轮清晨搁浅，公司表示无人受伤，乘客已被转移到另一艘船上。",
    "big5": "渡輪清晨擱淺，公司表示無人受傷，乘客已被轉移到另一艘船上。",
    "shift_jis": "フェリーは早朝に座礁した。会社によると、けが人はいないという。",
    "euc_kr": "여객선이 이른 아침 좌초했다. 회사는 다친 사람이 없다고 밝혔다.",
    "tis-620": "เรือข้ามฟากเกยตื้นเมื่อเช้าตรู่ บริษัทกล่าวว่าไม่มีผู้ได้รับบาดเจ็บ",
}
WIDE = ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32"]


def read_all(*inputs: Path | str) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
    batches = list(read(inputs, IngestSettings(block_megabytes=1)))
    records = [row for batch in batches for row in batch.records.to_pylist()]
    rejects = [row for batch in batches for row in batch.rejects.to_pylist()]
    return records, rejects, sum(batch.transcoded for batch in batches)


def jsonl(texts: list[str]) -> str:
    return "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts)


def csv(texts: list[str]) -> str:
    out = io.StringIO()
    csv_module.writer(out).writerows([["id", "text"], *enumerate(texts)])
    return out.getvalue()


@pytest.mark.parametrize("encoding", TEXTS)
def test_pages_in_old_encodings(tmp_path: Path, encoding: str) -> None:
    """The text is what was meant, and the page is counted."""
    (tmp_path / "a.txt").write_bytes(TEXTS[encoding].encode(encoding))
    [record], rejects, transcoded = read_all(tmp_path)
    assert (record["page_text"], rejects, transcoded) == (TEXTS[encoding], [], 1)


@pytest.mark.parametrize("encoding", TEXTS)
@pytest.mark.parametrize(("name", "form"), [("in.jsonl", jsonl), ("in.csv", csv)])
def test_records_in_old_encodings(tmp_path: Path, encoding: str, name: str, form: Any) -> None:
    """All that are no UTF-8 tell their encoding together; those that are stay as they are."""
    texts = [TEXTS[encoding], "Plain words only.", TEXTS[encoding][-40:]]
    (tmp_path / name).write_bytes(form(texts).encode(encoding))
    records, rejects, transcoded = read_all(tmp_path)
    assert [record["text"] for record in records] == texts
    assert (rejects, transcoded) == ([], 2)


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("name", "form"), [("in.jsonl", jsonl), ("in.csv", csv), ("in.txt", lambda texts: texts[0])]
)
def test_files_in_other_encodings_of_unicode(
    tmp_path: Path, encoding: str, packed: bool, name: str, form: Any
) -> None:
    """By their mark, or by every other byte being zero; also compressed."""
    data = form(["The ferry ran aground. 渡轮搁浅 Ω", "Nobody was hurt."]).encode(encoding)
    if packed and name != "in.txt":
        name, data = f"{name}.gz", gzip.compress(data)
    (tmp_path / name).write_bytes(data)
    records, rejects, _ = read_all(tmp_path)
    texts = [record["text"] or record["page_text"] for record in records]
    assert texts == ["The ferry ran aground. 渡轮搁浅 Ω", "Nobody was hurt."][: len(texts)]
    assert (len(texts), rejects) == (1 if name == "in.txt" else 2, [])


@pytest.mark.parametrize("encoding", WIDE)
def test_a_page_of_plain_letters_in_other_encodings_of_unicode(
    tmp_path: Path, encoding: str
) -> None:
    """Of which every second byte is zero, and none is above ASCII's."""
    (tmp_path / "a.txt").write_bytes("The ferry ran aground.".encode(encoding))
    [record], rejects, _ = read_all(tmp_path)
    assert (record["page_text"], rejects) == ("The ferry ran aground.", [])


def test_broken_bytes_among_good_ones_become_replacement_characters(tmp_path: Path) -> None:
    """The text around them is not lost."""
    good = "Die Fähre lief auf Grund, südlich der Mündung. Größere Schäden gab es nicht."
    data = good.encode()
    (tmp_path / "a.txt").write_bytes(data[:4] + b"\xff" + data[4:])
    (tmp_path / "b.jsonl").write_bytes(b'{"text": "' + data[:4] + b"\xff" + data[4:] + b'"}')
    records, rejects, _ = read_all(tmp_path)
    for record in records:
        text = record["text"] or record["page_text"]
        assert text.replace("\ufffd", "") == good
    assert (len(records), rejects) == (2, [])


def test_half_a_surrogate_pair_costs_one_character(tmp_path: Path) -> None:
    """JSON that was cut within an emoji is an article like others."""
    (tmp_path / "in.jsonl").write_text('{"text": "The ferry \\ud83d sails \\ud83d\\ude00"}')
    [record], rejects, _ = read_all(tmp_path)
    assert (record["text"], rejects) == ("The ferry \ufffd sails 😀", [])


@pytest.mark.parametrize(
    "data", [b"caf\xe9", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x02\x00\x00\xff\xdb", b"a\x00b\x01"]
)
def test_what_tells_no_encoding_is_a_reject(tmp_path: Path, data: bytes) -> None:
    """One byte of an accent, or a picture with the name of a text."""
    (tmp_path / "a.txt").write_bytes(data)
    (tmp_path / "b.txt").write_text("The ferry sails.")
    [record], [reject], _ = read_all(tmp_path)
    assert record["page_text"] == "The ferry sails."
    assert reject["reason"].startswith(("not UTF-8", "no text"))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_utf_8_is_never_taken_for_another_encoding(text: str) -> None:
    """Whatever it holds."""
    assert decode_text(text.encode()) == text


@given(st.binary(), st.sampled_from([None, "cp1252", "gbk"]))
def test_any_bytes_are_text_or_none(data: bytes, legacy: str | None) -> None:
    """And nothing is raised."""
    decode_text(data, legacy)
    legacy_encoding([data])
