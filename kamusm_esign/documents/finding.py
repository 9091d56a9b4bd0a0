"""Finding words in a text as people look for them."""

import re

MOST = 1000
"""Places that are told of one text."""


def places(text: str, wanted: str) -> list[tuple[int, int]]:
    """Where a text stands in another: start and length in characters.

    Capital and small letters are alike; so are İ, I, ı and i, which Python's patterns hold for
    cases of the same letter. Any white space stands for any other: lines may end between words.
    """
    words = [re.escape(word) for word in wanted.split()]
    if not words:
        return []
    pattern = re.compile(r"\s+".join(words), re.IGNORECASE)
    found = []
    for match in pattern.finditer(text):
        found.append((match.start(), match.end() - match.start()))
        if len(found) == MOST:
            break
    return found
