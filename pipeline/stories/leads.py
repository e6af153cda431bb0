"""The sentence of a text that tells the news: past datelines, bylines and captions."""

import re

_CHARACTERS = 2400
_LONGEST = 320
_WORDS = 7  # fewer are a byline, a caption or a crosshead
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff]")
_DATELINE = re.compile(
    r"^(?:"
    r"[A-Z][A-Z.'’/-]{2,}(?:[ ,]+[A-Z][\w.'’-]*|[ ,]+\d{1,2}){0,5}\s*(?:\([^()]{2,40}\))?"
    r"\s*[-–—]+\s*"
    r"|(?:[A-Z][\w.'’-]+[ ,]*){0,4}\((?:[A-Z][\w.&/]*\s?){1,3}\)\s*[-–—:]*\s*"
    r"|[\u0621-\u064a ،]{2,40}[-–—(/]\s*[\u0621-\u064a ]{2,25}\)?\s*[:–—-]+\s*"
    r")"
)
_OPENS_NO_NEWS = re.compile(
    r"story highlights|enlarge this image|image (?:copyright|caption)|related:|read more|"
    r"by [a-z]+ |click here|watch\b|photo|updated|published|posted|editor'?s note|advertisement|"
    r"listen to|the (?:opinions|views) expressed|this (?:article|story) (?:was|is|has)|media playback"
)
_NO_NEWS = (
    "toggle caption", "getty images", "ap photo", "(photo", "| getty", "opinions expressed",
    "all rights reserved", "sign up for", "subscribe", "cookies", "photo by", "photograph by",
)  # fmt: skip
_CREDIT = re.compile(
    r"[(\[][^()\[\]]*(?:/(?:reuters|ap|afp|epa)|photo|reuters|getty)[^()\[\]]*[)\]]$"
)
_STUCK = re.compile(r"^(?:CLOSE|Hide caption|toggle caption|Story highlights|Caption)\s+(?=[A-Z])")
_END = re.compile(r"[.!?؟۔]+[\"'”’»)\]]*(?=\s|$)|[。！？]+[」』”]*|…(?=\s|$)")
_ABBREVIATED = re.compile(
    r"(?:\b[A-Z]|\.[A-Za-z]|\b(?:Mr|Mrs|Ms|Dr|Gen|Sens?|Reps?|Gov|Sgt|Lt|Col|Capt|Maj|Adm|St|Nos?|"
    r"vs?|Jr|Sr|Prof|Rev|Hon|Inc|Corp|Co|Ltd|Ave|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|"
    r"Calif|Fla|Ariz|Mass|Va|Pa|Ga|Conn|Mich|Ill|Minn|Wis|Ore|Wash|Tenn|Ky|Md|Mo|Colo|Ala|Tex|Ind|"
    r"Dept|Mme|Sra?|Hr|Fr|bzw|Nr|ca|ул|г))\.$"
)

_REACH = 8  # characters that an abbreviation takes at most, with its dot


def lead_sentence(text: str, title: str = "") -> str | None:
    """Give the first sentence of a text that tells something.

    Parameters
    ----------
    text : str
        Its beginning is enough.
    title : str
        A paragraph that only repeats it is passed over.

    Returns
    -------
    str or None
        At most 320 characters; None where the text has no sentence.

    >>> lead_sentence("HARROW (Wire) - The last convoy left the Harrow base at dawn. It was cold.")
    'The last convoy left the Harrow base at dawn.'
    """
    known = title.lower()
    second = None
    for paragraph in text[:_CHARACTERS].split("\n"):
        line = " ".join(paragraph.split())
        line = _without(_STUCK, line)
        if not line or _is_no_news(line[:300].lower(), known):
            continue
        line = _without(_DATELINE, line).lstrip(" -–—•*")
        sentence, whole = _first_sentence(line)
        long_enough = _size(sentence) >= _WORDS
        if whole and long_enough:
            return _cut(sentence)
        if long_enough and second is None:
            second = _cut(sentence)
    return second


def _without(opening: re.Pattern[str], line: str) -> str:
    found = opening.match(line)
    return line[found.end() :] if found else line


def _is_no_news(line: str, title: str) -> bool:
    return (
        line == title
        or _OPENS_NO_NEWS.match(line) is not None
        or any(map(line.__contains__, _NO_NEWS))
        or (line[-1] in ")]" and _CREDIT.search(line) is not None)
    )


def _first_sentence(line: str) -> tuple[str, bool]:
    """Give the first sentence, and whether it ends."""
    for end in _END.finditer(line):
        stop = end.end()
        after = line[stop : stop + 2].lstrip()
        if line[end.start()] == "." and after and _ABBREVIATED.search(line, stop - _REACH, stop):
            continue
        if after[:1].islower() or _size(line[:stop]) < 4:
            continue
        return line[:stop], True
    return line, False


def _size(sentence: str) -> int:
    """Count words; in scripts without spaces, two characters are about one."""
    spaced = len(sentence.split())
    return spaced if sentence.isascii() else spaced + len(_UNSPACED.findall(sentence)) // 2


def _cut(sentence: str) -> str:
    if len(sentence) <= _LONGEST:
        return sentence
    cut = sentence[: _LONGEST - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[_LONGEST // 2 :] else cut).rstrip(" ,;:") + "…"
