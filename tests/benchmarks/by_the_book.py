"""What one would write by the documentation of datasketch and scikit-learn: the yardstick.

python tests/benchmarks/by_the_book.py INPUT.jsonl[.gz]... --out DIR
"""

import argparse
import csv
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

WORD = re.compile(r"\w+")
SHINGLE = 5


def read(paths: list[Path]) -> Iterator[dict[str, Any]]:
    for path in paths:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8", errors="replace") as lines:
            for line in lines:
                try:
                    record = json.loads(line)
                except json.JSONDecodeError:
                    continue
                if isinstance(record.get("text"), str) and record["text"].strip():
                    yield record


def shingles(text: str) -> list[str]:
    words = WORD.findall(text.casefold())
    last = max(1, len(words) - SHINGLE + 1)
    return [" ".join(words[at : at + SHINGLE]) for at in range(last)]


def fold(records: list[dict[str, Any]]) -> list[int]:
    """Give for each record the first one of its text: LSH pairs, united."""
    from datasketch import MinHash, MinHashLSH

    lsh = MinHashLSH(threshold=0.7, num_perm=128)
    kept = list(range(len(records)))

    def root(at: int) -> int:
        while kept[at] != at:
            kept[at] = kept[kept[at]]
            at = kept[at]
        return at

    for row, record in enumerate(records):
        signature = MinHash(num_perm=128)
        signature.update_batch([shingle.encode() for shingle in shingles(record["text"])])
        for other in lsh.query(signature):
            left, right = sorted((root(row), root(other)))
            kept[right] = left
        lsh.insert(row, signature)
    return [root(row) for row in range(len(records))]


def group(texts: list[str], eps: float) -> list[int]:
    from sklearn.cluster import DBSCAN
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(sublinear_tf=True, min_df=2, max_df=0.5).fit_transform(texts)
    found = DBSCAN(eps=eps, min_samples=2, metric="cosine").fit_predict(vectors)
    return [int(label) for label in found]


def write(out: Path, records: list[dict[str, Any]], kept: list[int], story: list[int]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with (
        (out / "articles.jsonl").open("w", encoding="utf-8") as lines,
        (out / "articles.csv").open("w", encoding="utf-8", newline="") as cells,
    ):
        table = csv.writer(cells)
        table.writerow(["id", "title", "kept_id", "story"])
        for row, record in enumerate(records):
            cell = [
                record.get("id"),
                record.get("title"),
                records[kept[row]].get("id"),
                story[kept[row]],
            ]
            table.writerow(cell)
            lines.write(json.dumps({**record, "kept_id": cell[2], "story": cell[3]}) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", nargs="+", type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--eps", type=float, default=0.5)
    arguments = parser.parse_args()
    records = list(read(arguments.inputs))
    kept = fold(records)
    rows = sorted(set(kept))
    texts = [f"{records[row].get('title') or ''}\n{records[row]['text']}" for row in rows]
    story = dict(zip(rows, group(texts, arguments.eps), strict=True))
    write(arguments.out, records, kept, [story.get(row, -1) for row in range(len(records))])


if __name__ == "__main__":
    main()
