"""Inputs to the articles of a run: read, and cleaned block by block."""

from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa

from pipeline import clean, extract, ingest
from pipeline.job import Job, Report
from pipeline.parallel import map_ahead


def gather(job: Job, report: Report = lambda _done, _total: None) -> clean.Unified:
    """Read the inputs and clean what they hold, block by block.

    Its counts add up: of all that was read, every record is an article, or was revised by a
    later one, or is a reject.
    """
    settings = job.settings
    total = ingest.total_bytes(job.inputs)
    n_read = transcoded = 0

    def extracted() -> Iterator[tuple[pa.Table, pa.Table]]:
        nonlocal n_read, transcoded
        done = 0
        with extract.Extractor(settings.ingest, settings.threads) as extractor:
            for batch in ingest.read(job.inputs, settings.ingest):
                done += batch.bytes_read
                report(done, total)
                n_read += len(batch.records) + len(batch.rejects)
                transcoded += batch.transcoded
                pages = extractor.extract(batch.records)
                yield pages.records, pa.concat_tables([batch.rejects, pages.rejects])

    def cleaned(block: tuple[pa.Table, pa.Table]) -> clean.Block:
        records, rejects = block
        part = clean.clean(records, job.now)
        return replace(part, rejects=pa.concat_tables([rejects, part.rejects]))

    blocks = map_ahead(cleaned, extracted(), settings.threads)
    found = clean.unify(blocks, settings.clean)
    return replace(found, counts={"read": n_read, **found.counts, "other encodings": transcoded})
