"""Speed and memory, against other tools on the same texts in the same run.

python -m tests.benchmarks [WHAT ...] [--corpus FILE...]

WHAT is any of signing, dedup, run, archive, pages, flat, flow, cuts and report.
"""

import argparse
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipeline.settings import Settings
from tests.benchmarks import (
    cuts,
    flat,
    flow_runs,
    growing,
    pages,
    reposts_alone,
    signing,
    site,
    whole_run,
)
from tests.places import CORPORA, ROOT


def main() -> None:
    arguments = _arguments()
    if "signing" in arguments.what:
        _show_signing(arguments)
    if "dedup" in arguments.what:
        _show_reposts(arguments)
    if "archive" in arguments.what:
        _show_archive(arguments)
    if "pages" in arguments.what:
        _show_pages(arguments.pages)
    if "flat" in arguments.what:
        _show_flat(arguments.gigabytes)
    if "flow" in arguments.what:
        _show_flow(arguments.corpus, arguments.repeats)
    if "cuts" in arguments.what:
        _show_cuts(arguments)
    if "report" in arguments.what:
        _show_report(arguments.stories)
    if "run" in arguments.what:
        _show_whole_run(arguments)


def _show_archive(arguments: argparse.Namespace) -> None:
    grown = growing.measure(arguments.corpus[0], arguments.articles, 60, arguments.batch)
    table = _table("a batch into an archive", "seconds", "peak MB", "bytes an article")
    size = f"{grown.bytes_an_article:,.0f}"
    for name, seconds, peak in grown.costs:
        table.add_row(name, f"{seconds:.2f}", f"{peak:,.0f}", size)
    Console().print(table)


def _show_whole_run(arguments: argparse.Namespace) -> None:
    costs = whole_run.measure(arguments.corpus, arguments.repeats, against_book=not arguments.alone)
    table = _table("whole process", "seconds", "peak MB", "storyfold is faster by")
    for name, seconds, peak in costs:
        ratio = f"{seconds / costs[0].seconds:.1f}x"
        table.add_row(name, f"{seconds:.2f}", f"{peak:,.0f}", ratio)
    Console().print(table)


def _show_pages(number: int) -> None:
    table = _table("web archive to articles", "seconds", "peak MB", "pages/s")
    for speed in pages.measure(CORPORA / "pages_dev.jsonl.gz", number):
        rate = f"{speed.pages / speed.seconds:,.0f}"
        table.add_row(speed.name, f"{speed.seconds:.2f}", f"{speed.peak_megabytes:,.0f}", rate)
    Console().print(table)


def _show_flat(gigabytes: list[float]) -> None:
    table = _table("JSONL of GB, block by block", "seconds", "peak MB")
    for peak in flat.measure(gigabytes):
        row = (f"{peak.gigabytes:g}", f"{peak.seconds:.1f}", f"{peak.peak_megabytes:,.0f}")
        table.add_row(*row)
    Console().print(table)


def _show_flow(files: list[Path], repeats: int) -> None:
    table = _table("as a Prefect flow", "")
    for what, value in flow_runs.measure(files, repeats):
        table.add_row(what, value)
    Console().print(table)


def _show_cuts(arguments: argparse.Namespace) -> None:
    found = cuts.outcomes(arguments.corpus[0], arguments.cuts, Settings(), raw=arguments.raw)
    table = _table("one stream, cut in two ways", "BCubed F1", "reposts apart")
    for names, f1, apart in cuts.agreements(found):
        table.add_row(names, f"{f1:.4f}", f"{apart:,}")
    Console().print(table)
    if arguments.labels:
        table = _table("stories against labels", "runs", "BCubed F1")
        for one in found:
            f1 = cuts.labelled_f1(one, arguments.labels)
            table.add_row(one.name, f"{one.runs:,}", f"{f1:.4f}")
        Console().print(table)


def _show_report(stories: int) -> None:
    table = _table(f"the report of {stories:,} stories", "seconds", "pages", "MB", "largest page")
    for cost in site.measure(stories, [1, 2]):
        name = "one process" if cost.processes == 1 else f"{cost.processes} processes"
        row = (name, f"{cost.seconds:.1f}", f"{cost.pages:,}", f"{cost.megabytes:,.0f}")
        table.add_row(*row, f"{cost.largest / 1000:,.0f} kB")
    Console().print(table)


def _show_signing(arguments: argparse.Namespace) -> None:
    timings = signing.measure(arguments.corpus[0], arguments.limit, arguments.repeats)
    table = _table("sign, one thread", "seconds", "articles/s", "storyfold is faster by")
    for name, seconds, articles in timings:
        ratio = f"{seconds / timings[0].seconds:.1f}x"
        table.add_row(name, f"{seconds:.2f}", f"{articles / seconds:,.0f}", ratio)
    Console().print(table)


def _show_reposts(arguments: argparse.Namespace) -> None:
    found = reposts_alone.measure(arguments.corpus, arguments.repeats, arguments.text_dedup)
    columns = ("seconds", "peak MB", "articles/s", "storyfold is faster by")
    table = _table("reposts, read and write", *columns)
    for name, seconds, peak in found.costs:
        rate = f"{found.articles / seconds:,.0f}"
        ratio = f"{seconds / found.costs[0].seconds:.1f}x"
        table.add_row(name, f"{seconds:.2f}", f"{peak:,.0f}", rate, ratio)
    Console().print(table)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("what", nargs="*", default=["signing", "run"], metavar="WHAT")
    parser.add_argument("--corpus", nargs="+", type=Path, default=[_default_corpus()])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--limit", type=int, default=5000, help="texts to sign")
    parser.add_argument("--articles", type=int, default=200_000, help="in the archive")
    parser.add_argument("--batch", type=int, default=5_000, help="articles that come to it")
    parser.add_argument("--pages", type=int, default=1_400, help="in a web archive")
    parser.add_argument("--gigabytes", nargs="+", type=float, default=[0.5, 5], help="of JSONL")
    parser.add_argument("--stories", type=int, default=10_000, help="in a report")
    parser.add_argument(
        "--cuts", nargs="+", choices=cuts.CUTS, default=["whole", "daily", "hourly"]
    )
    parser.add_argument("--raw", action="store_true", help="let each cut clean by itself")
    parser.add_argument("--labels", type=Path, help="CSV of id and story, to score cuts on")
    parser.add_argument(
        "--text-dedup", type=Path, metavar="PYTHON", help="one that has text-dedup, for dedup"
    )
    parser.add_argument("--alone", action="store_true", help="run storyfold only")
    arguments = parser.parse_args()
    known = ("signing", "dedup", "run", "archive", "pages", "flat", "flow", "cuts", "report")
    unknown = set(arguments.what) - set(known)
    if unknown:
        parser.error(f"got {', '.join(sorted(unknown))}; expected {', '.join(known)}")
    return arguments


def _default_corpus() -> Path:
    corpus = CORPORA / "allsides_dev.jsonl.gz"
    return corpus if corpus.is_file() else ROOT / "data" / "sample" / "input" / "wire.jsonl"


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(first)
    for other in others:
        table.add_column(other, justify="right")
    return table


if __name__ == "__main__":
    main()
