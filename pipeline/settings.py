"""Every setting, one frozen model a stage.

The same models are read from ``storyfold.toml``, from ``STORYFOLD_...`` environment
variables, from flags, and are the parameters of the Prefect flow.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Format = Literal["parquet", "jsonl", "csv", "sqlite", "graphml", "gexf", "atom", "jsonld"]


class _Stage(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IngestSettings(_Stage):
    """How files become records."""

    fields: dict[str, str] = Field(
        default_factory=dict,
        description="Names of your columns for ours: {'published': 'my_date_column'}.",
    )
    block_megabytes: int = Field(
        16, ge=1, le=1024, description="Size of the blocks that are parsed at once, in MB."
    )
    fast_extract: bool = Field(
        False, description="Take the body of HTML pages by resiliparse: faster, more noise."
    )
    page_seconds: float = Field(
        10.0, gt=0, le=600, description="A page that takes longer to extract is a reject, in s."
    )
    page_megabytes: int = Field(
        16, ge=1, le=1024, description="A larger page of HTML is a reject, in MB."
    )
    memory_megabytes: int = Field(
        1024, ge=64, description="Memory that extracting a page may take, in MB."
    )
    feed_pages: Literal["never", "summaries", "always"] = Field(
        "never",
        description="Fetch the pages of feed entries: never, of those with a summary only, always.",
    )
    sitemap_days: float = Field(
        3.0,
        gt=0,
        description="Pages of sitemaps that changed so many days ago or less are fetched.",
    )
    page_limit: int = Field(
        500, ge=1, description="Pages that are fetched for one feed or sitemap at most."
    )
    fetch_seconds: float = Field(
        30.0, gt=0, le=600, description="A fetch that takes longer is given up, in s."
    )
    pause_seconds: float = Field(
        1.0, ge=0, le=600, description="Pause between two pages of one site, in s."
    )
    user_agent: str = Field(
        "storyfold/0.1 (reads news feeds)",
        min_length=1,
        description="What servers are told who asks; add an address at which you can be reached.",
    )
    allow_private: bool = Field(
        False, description="Also fetch from private and loopback addresses."
    )
    fetch_state: str = Field(
        "data/fetched.sqlite",
        min_length=1,
        description="File that remembers answers, for servers to say that nothing changed.",
    )


class InboxSettings(_Stage):
    """How an inbox is drained."""

    quiet_seconds: float = Field(
        10.0, ge=0, description="A file that changed less long ago may still be written: it waits."
    )
    megabytes: int = Field(
        1024, ge=1, description="Read at most so much in one run, and at least one file, in MB."
    )


class CleanSettings(_Stage):
    """How a record becomes an article."""

    repeated_line_share: Share = Field(
        0.2, description="A line in more than this share of a site's articles is not news."
    )
    repeated_line_articles: int = Field(
        5, ge=2, description="And it must stand in at least so many of the site's articles."
    )
    show_cut: bool = Field(
        False, description="Keep the lines that are cut from pages, for `storyfold parse`."
    )


class DedupSettings(_Stage):
    """How reposts are found and folded."""

    shingle_words: int = Field(5, ge=1, le=32, description="Words in a shingle.")
    num_perm: int = Field(128, ge=16, le=1024, description="Permutations in a signature.")
    seed: int = Field(1, ge=0, lt=2**32, description="Seed of the permutations.")
    lsh_threshold: Share = Field(
        0.5, gt=0.0, lt=1.0, description="Jaccard at which datasketch's optimiser sets the bands."
    )
    sample_rate: int = Field(
        8, ge=1, description="One shingle in so many enters the index that finds contained copies."
    )
    jaccard: Share = Field(0.7, gt=0.0, description="Jaccard from which two texts are one.")
    containment: Share = Field(
        0.8, gt=0.0, description="Share of the smaller text's shingles that makes it an excerpt."
    )
    margin: Share = Field(
        0.2, description="Pairs this far below a threshold are still listed, for review."
    )
    min_shared_shingles: int = Field(
        10, ge=1, description="Fewer shared shingles are too little evidence of a copy."
    )
    window_days: int = Field(
        30, ge=1, description="Reposts are sought among articles at most so many days apart."
    )
    short_words: int = Field(
        30, ge=1, description="A text of fewer words is compared by shorter shingles, and by title."
    )
    short_shingle_words: int = Field(3, ge=1, le=32, description="Words in a short text's shingle.")
    update_share: Share = Field(
        0.3, gt=0.0, description="A later text with this share of its own is an update, no repost."
    )
    template_articles: int = Field(
        6, ge=2, description="What so many unrelated articles contain is boilerplate, no article."
    )
    keep: Literal["longest", "earliest", "sources"] = Field(
        "longest", description="Of near copies, keep the longest, earliest, or first by `sources`."
    )
    sources: tuple[str, ...] = Field(
        (), description="Sources in the order in which their copies are kept, agencies first."
    )


class StorySettings(_Stage):
    """How articles become stories."""

    window_days: float = Field(
        4.0, gt=0, description="Articles further apart than this are never compared, in days."
    )
    decay_days: float = Field(
        2.5, gt=0, description="Days after which a similarity has lost 63 % of its weight."
    )
    unknown_gap_days: float = Field(
        0.0, ge=0, description="Days that count between two articles of which one has no date."
    )
    lead_words: int = Field(
        60, ge=1, description="Words of the text that make, with the title, an article's lead."
    )
    texts: Literal["auto", "full", "excerpts", "headlines"] = Field(
        "auto", description="What the texts are; found by their lengths where it is not said."
    )
    telling_articles: int = Field(
        300, ge=1, description="A term in more articles of the window than this proposes no pair."
    )
    floor: Share = Field(
        0.04, gt=0.0, description="Decayed similarity below which a pair of articles counts 0."
    )
    threshold: Annotated[float, Field(gt=0.0, le=1.0)] | None = Field(
        None, description="Average score that joins two groups; by default as the texts need it."
    )
    link_similarity: Share = Field(
        0.4, gt=0.0, description="Cosine of their heaviest terms from which two stories are linked."
    )
    link_days: float = Field(
        30.0, gt=0, description="Days between two stories after which they are linked no more."
    )
    most_links: int = Field(
        10,
        ge=1,
        description="Links of a story: its strongest; it may be among another's strongest.",
    )


class ExportSettings(_Stage):
    """What is written."""

    formats: tuple[Format, ...] = Field(
        ("parquet", "jsonl", "csv"),
        min_length=1,
        description="Kinds of files to write: a file a table, or one file of all tables.",
    )
    report: bool = Field(
        False, description="Also write the report, a static site, as the results' folder report."
    )


class ArchiveSettings(_Stage):
    """How runs continue each other."""

    quiet_days: float = Field(
        5.0, gt=0, description="A story closes when nothing was reported for so many days."
    )
    compression: int = Field(6, ge=1, le=19, description="Level of zstd.")
    keep_days: int = Field(
        7, ge=0, description="Compacting keeps files that were replaced so many days ago or less."
    )
    storage_options: dict[str, str] = Field(
        default_factory=dict,
        description="For an object store, by delta-rs's names; its environment variables also do.",
    )


class Settings(_Stage):
    """All settings of a run."""

    ingest: IngestSettings = IngestSettings()
    inbox: InboxSettings = InboxSettings()
    clean: CleanSettings = CleanSettings()
    dedup: DedupSettings = DedupSettings()
    stories: StorySettings = StorySettings()
    export: ExportSettings = ExportSettings()
    archive: ArchiveSettings = ArchiveSettings()
    threads: int = Field(0, ge=0, description="Threads to work with; 0 means all cores.")
