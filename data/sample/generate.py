"""Write the sample: a week of invented news as a crawler would leave it, and its labels.

    python data/sample/generate.py [--out FOLDER]

Texts stand in bank/*.txt. The same bank gives the same files.
"""  # noqa: INP001 - a script

import argparse
import csv
import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

from bank import Article, read_bank
from outlets import PAGES, body, page, record

_WIRES = ("mws", "amd")
_SHINGLE = 5
_BROKEN = (
    b'{"id": "mws-broken-1", "title": "Cable car stops above the',
    b'{"id": "mws-broken-2", "title": "Bridge toll", "text": "The toll rises by \xff\xfe cents."}',
    b'{"id": "mws-broken-3", "url": "https://meridianwire.example/empty", "text": ""}',
    b'{"id": "mws-broken-4", "published": "2021-07-08T09:00:00Z"}',
    b'{"id": "mws-broken-5", "title": "Lottery numbers", "text": 4711}',
)
"""Lines that must cost one reject each, and nothing else."""


def main() -> None:
    """Write the files below ``--out``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    write(parser.parse_args().out)


def write(out: Path) -> None:
    """Write input and labels into a folder."""
    articles = read_bank()
    pages = _pages(articles)
    (out / "input" / "pages").mkdir(parents=True, exist_ok=True)
    for article in articles:
        if article.outlet in PAGES:
            file = out / "input" / "pages" / f"{article.id}.txt"
            file.write_text(pages[article.id], "utf-8", newline="\n")
    wire, sites = [], []
    for article in articles:
        if article.outlet in _WIRES:
            wire += [_line(draft) for draft in _drafts(article)]
            wire.append(_line(record(article)))
        elif article.outlet not in PAGES:
            sites.append(_line(record(article, pages.get(article.id, ""))))
    for number, line in enumerate(_BROKEN, 1):
        wire.insert(7 * number, line)
    (out / "input" / "wire.jsonl").write_bytes(b"\n".join(wire) + b"\n")
    packed = gzip.compress(b"\n".join(sites) + b"\n", mtime=0)
    (out / "input" / "sites.jsonl.gz").write_bytes(packed)
    _write_labels(out, articles)


def _pages(articles: list[Article]) -> dict[str, str]:
    random = Random(20210705)  # noqa: S311 - it only lays out pages
    pages = {}
    for article in articles:
        if article.outlet in (*PAGES, "post"):
            others = [
                other
                for other in articles
                if (other.outlet, other.language) == (article.outlet, article.language)
                and other.published < article.published
            ]
            pages[article.id] = page(article, others, random)
    return pages


def _drafts(article: Article) -> Iterator[dict[str, str]]:
    """Give the record as it came before its correction."""
    for now, before in article.drafts:
        text = body(article)
        if now not in text:
            raise ValueError(f"{article.id}: no {now!r} to take back")
        yield {**record(article), "text": text.replace(now, before)}


def _line(fields: dict[str, str]) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode()


def _write_labels(out: Path, articles: list[Article]) -> None:
    _write_csv(out / "labels.csv", ["id", "story"], ([a.id, a.event] for a in articles))
    by_id = {article.id: article for article in articles}
    rows = (
        [article.id, article.original, relation(article, by_id[article.original])]
        for article in articles
        if article.original
    )
    _write_csv(out / "reposts.csv", ["article_id", "kept_id", "relation"], rows)


def relation(article: Article, original: Article) -> str:
    """Name how a repost repeats its original, by word 5-shingles."""
    if article.paragraphs == original.paragraphs:
        return "exact"
    ours, theirs = shingles(article.paragraphs), shingles(original.paragraphs)
    return "near" if len(ours & theirs) >= 0.7 * len(ours | theirs) else "excerpt"


def shingles(paragraphs: Iterable[str]) -> set[tuple[str, ...]]:
    """Give every run of five words."""
    words = " ".join(paragraphs).casefold().split()
    return {tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)}


def _write_csv(path: Path, header: list[str], rows: Iterable[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(sorted(rows))


if __name__ == "__main__":
    main()
