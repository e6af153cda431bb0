"""Halves of surrogate pairs, which JSON may hold: of a text that was cut within an emoji, say."""


def without_halves(text: str) -> str:
    r"""Put U+FFFD in the place of each half that has no other; whole pairs become a character.

    >>> without_halves("a\ud83d b\ud83d\ude00")
    'a� b😀'
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
