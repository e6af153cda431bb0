"""Tables whose every word is meant to do harm, and those that look right to left."""

from datetime import timedelta
from typing import Any

import pyarrow as pa

from tests.export.tables import NOON, article, story, table

SCRIPT = '<script>window.hit = 1</script><img src="https://evil.example/x.png" onerror="hit=1">'
SCHEME = "javascript:window.hit=1"
BREAKOUT = "\"><svg onload=hit=1>'}); hit=1; //</script><!-- {{ 7 * 7 }} {% raw %}"
BIDI = "Bank \u202egnp.exe\u202c says \u2066no\u2069 \u200fto\x07 all"
LONG = "W" * 100_000
ARABIC = "العبّارة تعود إلى العمل بعد أسبوع من التوقف"
HEBREW = "המעבורת חוזרת לפעול"

TITLES = [SCRIPT, BREAKOUT, BIDI, LONG, ARABIC, "A plain headline", HEBREW, None]


def tables() -> dict[str, pa.Table]:
    """Give a story an article for every harmful word, and one in Arabic with reposts."""
    from pipeline import schema

    articles, folds = [], []
    for n, title in enumerate(TITLES):
        articles.append(
            article(
                f"../../a{n} {SCRIPT[:20]}",
                title=title,
                story_id="../../s1",
                source=SCRIPT if n == 1 else f"outlet-{n}.example",
                url=SCHEME if n % 2 else f"https://outlet-{n}.example/{n}",
                published=None if n == 5 else NOON + timedelta(minutes=40 * n),
            )
        )
    for n in range(6):
        kept = "k0" if n else None
        articles.append(
            article(
                f"k{n}",
                title=f"{ARABIC} {n}",
                story_id="s2",
                source=f"safina-{n}.example",
                language="ar",
                published=NOON + timedelta(hours=3 * n),
                kept_id=kept,
            )
        )
        if kept:
            figures = {"jaccard": 0.9 - n / 20, "containment": 0.95, "shared_shingles": 40}
            relation = "exact" if n == 1 else "near"
            folds.append({"article_id": f"k{n}", "kept_id": kept, "relation": relation, **figures})
    words = {"keywords": [SCRIPT, BIDI], "representative_id": articles[0]["article_id"]}
    stories = [
        story(1, story_id="../../s1", title=SCRIPT, articles=8, sources=8, **words),
        story(
            2,
            title=ARABIC,
            articles=1,
            reposts=5,
            sources=6,
            keywords=["العبّارة", "الميناء"],
            language="ar",
            last_published=NOON + timedelta(hours=15),
        ),
    ]
    event = {"story_id": "../../s1", "event": "merged", "other_id": SCRIPT, "at": NOON}
    reject = {"input": SCRIPT, "position": 1, "reason": BREAKOUT, "excerpt": LONG}
    rows: dict[str, list[dict[str, Any]]] = {
        "articles": articles,
        "duplicates": folds,
        "stories": stories,
        "members": [
            {"role": "repost" if row["kept_id"] else "article", "similarity": 0.5, **row}
            for row in articles
        ],
        "story_events": [event],
        "rejects": [reject],
    }
    return {name: table(name, rows.get(name, [])) for name in schema.EXPORTS}


def texts() -> pa.Table:
    """Give the reposts' texts: one is the kept text, others are changed, with a script inside."""
    kept = f"{ARABIC}. قال الميناء إن الرحلات تبدأ الاثنين. {SCRIPT} انتهى."
    changed = [kept.replace("الاثنين", f"الثلاثاء {n}") for n in range(2, 6)]
    return pa.table(
        {
            "article_id": [f"k{n}" for n in range(6)],
            "text": pa.array([kept, kept, *changed], pa.large_string()),
        }
    )
