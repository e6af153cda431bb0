"""What each outlet's articles look like to a crawler: page text, and records."""  # noqa: INP001

from random import Random

from bank import Article

DOMAINS = {
    "mws": "meridianwire.example",
    "amd": "agenciameridiano.example",
    "ledger": "coastalledger.example",
    "gazette": "harrowgazette.example",
    "lantern": "dailylantern.example",
    "post": "kestrelpost.example",
    "estuary": "estuarytimes.example",
    "courier": "northfieldcourier.example",
    "observer": "orsundobserver.example",
    "standard": "plainviewstandard.example",
    "current": "metrocurrent.example",
    "voz": "lavozdelistmo.example",
    "faro": "elfarosb.example",
    "cumbre": "diariocumbre.example",
}
PAGES = ("lantern", "estuary", "faro")
"""Outlets whose pages come as text files."""

_NAMES = {
    "ledger": ("id", "link", "site", "headline", "date", "lang", "content"),
    "gazette": ("id", "url", "domain", "title", "publish_date", "lang", "body"),
    "voz": ("id", "url", "publisher", "title", "datePublished", "language", "articleBody"),
}
_OURS = ("id", "url", "source", "title", "published", "language", "text")
_LICENCE = (
    "Articles of the Coastal Ledger may be reprinted with a link under the Ledger Open Terms."
)

_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAYS_ES = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_ELSEWHERE = {
    "en": (
        "Bakers of Osk Go to Court over the Name of a Bun",
        "Ten Questions for the Woman Who Winds the Town Clocks",
        "Our Guide to Swimming Places within an Hour of the City",
        "Opinion: The Bicycle Lane That Leads Nowhere",
        "Readers' Letters: More about the Heron on Platform Two",
        "Recipe of the Week: Cold Cucumber Soup with Dill",
        "Photographs: Fog over the Skarve Sound",
        "Quiz: How Well Do You Know the Lakes?",
    ),
    "es": (
        "Diez preguntas al último farolero del barrio viejo",
        "Receta de la semana: gazpacho de sandía",
        "Cartas de los lectores: el ruido de las terrazas",
        "Guía de playas a menos de una hora de la ciudad",
        "Opinión: un carril bici que no lleva a ninguna parte",
        "Fotogalería: niebla sobre el puerto",
    ),
}  # fmt: skip


def record(article: Article, page: str = "") -> dict[str, str]:
    """Make the record of an article, under the field names of its outlet."""
    own = dict(zip(_OURS, _NAMES.get(article.outlet, _OURS), strict=True))
    published = article.published
    stamp = f"{published:%Y-%m-%dT%H:%M:%SZ}"
    if article.outlet in ("courier", "cumbre"):
        stamp = f"{published:%Y-%m-%d}"
    domain = DOMAINS[article.outlet]
    values = {
        "id": article.id,
        "url": f"https://{domain}/{published:%Y/%m/%d}/{article.id}",
        "source": domain,
        "title": article.title,
        "published": article.date or stamp,
        "language": article.language,
        "text": body(article),
    }
    if page:
        kept = {name: values[name] for name in ("id", "url", "source", "published")}
        return {**kept, "page_text": page}
    if article.outlet in ("observer", "cumbre"):
        del values["language"]
    return {own[name]: value for name, value in values.items()}


def body(article: Article) -> str:
    """Join the paragraphs as the outlet does."""
    paragraphs = [*article.paragraphs, *([_LICENCE] if article.outlet == "ledger" else [])]
    return ("\n" if article.outlet in ("gazette", "voz", "cumbre") else "\n\n").join(paragraphs)


def page(article: Article, others: list[Article], random: Random) -> str:
    """Lay out all visible text of an article's page.

    Parameters
    ----------
    article : Article
        Of an outlet whose pages we know.
    others : list of Article
        Earlier articles of the same outlet, for its sidebar.
    random : Random
        Draws story codes and the sidebar.
    """
    layout = {"lantern": _lantern, "estuary": _estuary, "faro": _faro, "post": _post}
    return "\n".join(layout[article.outlet](article, _sidebar(article, others, random), random))


def _sidebar(article: Article, others: list[Article], random: Random) -> list[tuple[str, int]]:
    """Draw headlines and the day of July on which each was printed."""
    own = [(other.title, other.published.day) for other in others]
    fill = [
        (title, random.randint(1, article.published.day)) for title in _ELSEWHERE[article.language]
    ]
    random.shuffle(own)
    random.shuffle(fill)
    return sorted((own[:6] + fill)[:8], key=lambda entry: -entry[1])


def _lantern(article: Article, sidebar: list[tuple[str, int]], random: Random) -> list[str]:
    when = article.published
    lines = [
        f" date {when:%Y-%m-%d} 0",
        f"{_DAYS_EN[when.weekday()]} {when.day} July 2021 - {when:%H:%M}",
        "",
        article.title,
        "",
        f"Story Code : {random.randint(310_000, 319_999)}",
        article.title,
        "\n\n".join(article.paragraphs),
        "Comment",
        "",
        "",
        "Featured Stories",
    ]
    for title, day in sidebar:
        lines += [title, title, f"{day} July 2021"]
    return lines


def _estuary(article: Article, sidebar: list[tuple[str, int]], random: Random) -> list[str]:
    when = article.published
    lines = [
        "Estuary Times",
        "Home\nNews\nHarbour\nSport\nTides\nSubscribe\nLog in",
        article.title,
        f"By {random.choice(['Nora Beck', 'Ivo Salter', 'Staff reporters'])}",
        f"{when.day} July 2021, {when:%H:%M}",
        "Share\nSave",
        "\n".join(article.paragraphs),
        f"{random.randint(0, 40)} comments",
        "Sign up for the Tide Table, our morning letter",
        "Most read",
    ]
    lines += [f"{number}. {title}" for number, (title, _) in enumerate(sidebar, 1)]
    return [*lines, "Contact us\nImprint\nPrivacy\n© Estuary Times 2021"]


def _post(article: Article, sidebar: list[tuple[str, int]], random: Random) -> list[str]:
    when = article.published
    lines = [
        "The Kestrel Post | Menu | Search",
        f"Kestrel Post > {random.choice(['World', 'Region', 'Today'])} > {article.title}",
        "",
        article.title,
        f"Published {when.day} July 2021 | {random.randint(1, 6)} min read",
        "",
        "\n\n".join(article.paragraphs),
        "",
        "Tweet  Share  Print",
        "You may also like",
    ]
    lines += [title for title, _ in sidebar[:5]]
    return [*lines, "About | Advertise | Terms of use | Cookies"]


def _faro(article: Article, sidebar: list[tuple[str, int]], random: Random) -> list[str]:
    when = article.published
    lines = [
        f"{_DAYS_ES[when.weekday()]} {when.day} de julio de 2021 - {when:%H:%M}",
        "",
        article.title,
        "",
        f"Código de noticia: {random.randint(71_000, 71_999)}",
        article.title,
        "\n\n".join(article.paragraphs),
        "Comentarios",
        "",
        "Más noticias",
    ]
    for title, day in sidebar:
        lines += [title, title, f"{day} de julio de 2021"]
    return lines
