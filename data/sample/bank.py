"""The hand-written news of one week: bank/*.txt read into articles."""  # noqa: INP001 - a script's neighbour

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

BANK = Path(__file__).parent / "bank"
_WIRES = {"mws": "MWS", "amd": "AMD"}


@dataclass(frozen=True)
class Article:
    """One article as an outlet printed it."""

    outlet: str
    published: datetime
    title: str
    paragraphs: tuple[str, ...]
    event: str
    language: str
    id: str = ""
    original: str = ""
    """Of a repost, the id of the article that it repeats."""
    date: str = ""
    """What the record says instead of its date."""
    drafts: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Words of this text, and what stood in their place before it was corrected."""


def read_bank() -> list[Article]:
    """Read every article of the week, with its id, in order of publication."""
    files = {file.stem: file.read_text("utf-8") for file in sorted(BANK.glob("*.txt"))}
    families = [family for name, text in files.items() for family in _families(name, text)]
    known = {f"{family[0].event}:{family[0].outlet}": family[0] for family in families}
    families = [_with_quotations(family, known) for family in families]
    return sorted(_numbered(families), key=lambda article: (article.published, article.id))


def _families(name: str, text: str) -> Iterator[list[Article]]:
    """Give each original of a file, followed by its reposts."""
    head, *sections = re.split(r"^(?=\+\+\+ |=== )", text, flags=re.MULTILINE)
    said = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    shared: dict[str, str] = {}
    for number, section in enumerate(sections):
        first, _, rest = section.partition("\n")
        if first.startswith("+++"):
            shared[first[4:].strip()] = rest.strip()
            continue
        commands = [line for line in rest.splitlines() if line.startswith("> ")]
        written = "\n".join(line for line in rest.splitlines() if not line.startswith("> "))
        paragraphs = [part.strip() for part in written.split("\n\n") if part.strip()]
        event = said["event"] if said["event"] != "singles" else f"{name}-{number + 1:02d}"
        article = Article(
            *_heading(first[4:])[:3],
            tuple(shared.get(part.strip("{}"), part) for part in paragraphs),
            event,
            said["language"],
        )
        article = replace(article, **_marks(_heading(first[4:])[3]))
        yield [article, *(_repost(article, line[2:], shared) for line in commands)]


def _heading(line: str) -> tuple[str, datetime, str, list[str]]:
    """Split ``outlet day hour:minute command; command | Headline``."""
    where, title = line.split(" | ", 1)
    outlet, day, clock, *words = where.split()
    hour, minute = map(int, clock.split(":"))
    commands = [command.strip() for command in " ".join(words).split(";") if command.strip()]
    return outlet, datetime(2021, 7, int(day), hour, minute, tzinfo=UTC), title.strip(), commands


def _marks(commands: list[str]) -> dict[str, object]:
    values = dict(command.split("=", 1) for command in commands)
    drafts = tuple(tuple(values[key].split("~")) for key in values if key == "draft")
    return {"date": values.get("date", ""), "drafts": drafts}


def _repost(original: Article, line: str, shared: dict[str, str]) -> Article:
    """Print an article again elsewhere, changed as the line says."""
    outlet, published, title, commands = _heading(line)
    paragraphs = list(original.paragraphs)
    for command in commands:
        verb, _, value = command.partition("=")
        if verb == "cut":
            paragraphs = paragraphs[: int(value)]
        elif verb == "add":
            paragraphs.append(shared[value])
        elif verb == "dateline":
            wire = _WIRES.get(original.outlet)
            credit = f"{value} ({wire}) - " if wire else f"{value} - "
            paragraphs[0] = credit + paragraphs[0]
        elif verb == "sub":
            old, new = value.split("~")
            if not any(old in paragraph for paragraph in paragraphs):
                raise ValueError(f"{original.title!r}: no {old!r} to replace")
            paragraphs = [paragraph.replace(old, new) for paragraph in paragraphs]
        elif verb != "same":
            raise ValueError(f"{original.title!r}: no such change as {verb!r}")
    return Article(
        outlet, published, title, tuple(paragraphs), original.event, original.language,
        original="pending",
    )  # fmt: skip


def _with_quotations(family: list[Article], known: dict[str, Article]) -> list[Article]:
    """Put whole articles where ``{event:outlet}`` asks for them: that is how roundups are made."""
    return [
        replace(
            article,
            paragraphs=tuple(
                quoted
                for part in article.paragraphs
                for quoted in (
                    known[part[1:-1]].paragraphs if re.fullmatch(r"\{\S+:\S+\}", part) else [part]
                )
            ),
        )
        for article in family
    ]


def _numbered(families: list[list[Article]]) -> Iterator[Article]:
    """Give every article an id: its outlet and its number there."""
    everything = [article for family in families for article in family]
    names = {}
    for outlet in sorted({article.outlet for article in everything}):
        own = sorted((a for a in everything if a.outlet == outlet), key=lambda a: a.published)
        names |= {id(article): f"{outlet}-{n:03d}" for n, article in enumerate(own, 1)}
    for family in families:
        for article in family:
            original = names[id(family[0])] if article.original else ""
            yield replace(article, id=names[id(article)], original=original)
