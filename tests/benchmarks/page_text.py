"""How many pages of text a second are read on one core.

python -m tests.benchmarks.page_text PAGES.jsonl.gz
"""

import gzip
import json
import sys
import time

from pipeline.clean.page import read_pages
from pipeline.process import suit_large_tables

ROUNDS = 5


def main() -> None:
    """Read the pages several times over; print the best round, by the processor's clock."""
    with gzip.open(sys.argv[1], "rt", encoding="utf-8") as lines:
        pages = [json.loads(line)["page_text"] for line in lines]
    suit_large_tables()  # as the command line does
    read_pages(pages)
    rates = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        read_pages(pages, [None] * len(pages))
        rates.append(len(pages) / (time.process_time() - begin))
    megabytes = sum(map(len, pages)) / len(pages) / 1e6
    print(f"{max(rates):,.0f} pages/s of {megabytes:.3f} MB on one core")


if __name__ == "__main__":
    main()
