"""The little English that captions need: articles, plurals, numbers, lists.

Labels come from COCO, or from the user. A capitalised label is a name and stays as it is; so does
one that is not written in ASCII letters.
"""

from __future__ import annotations

from collections.abc import Sequence

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_PLURALS = {
    "child": "children",
    "deer": "deer",
    "fish": "fish",
    "foot": "feet",
    "goose": "geese",
    "knife": "knives",
    "leaf": "leaves",
    "man": "men",
    "mouse": "mice",
    "ox": "oxen",
    "person": "people",
    "scissors": "pairs of scissors",
    "sheep": "sheep",
    "skis": "pairs of skis",
    "thief": "thieves",
    "tooth": "teeth",
    "wolf": "wolves",
    "woman": "women",
}
_PAIRS = frozenset(("scissors", "skis", "trousers", "glasses"))
_SOUNDS_LIKE_A_CONSONANT = ("uni", "use", "one", "eu", "ufo")
_SOUNDS_LIKE_A_VOWEL = ("hour", "heir", "honest")
_ON = frozenset(
    ("beach", "bridge", "bus", "deck", "field", "hill", "hillside", "island", "meadow", "moon")
).union(
    ("mountain", "mountainside", "path", "plain", "planet", "platform", "road", "roof", "rooftop"),
    ("sea", "ship", "stage", "street", "train"),
)
_ALONE = frozenset(("indoors", "outdoors", "underwater", "outside", "inside"))


def is_name(label: str) -> bool:
    """A proper name, or a label in another script: never with an article or a plural."""
    return not label.isascii() or label[:1].isupper()


def someone(label: str) -> str:
    """the fox · Popeye · the flying squirrel: a character is one, however often it is seen."""
    label = _words(label)
    return label if is_name(label) else f"the {label}"


def noun(label: str, count: int = 1) -> str:
    """a fox · two foxes · an owl · Popeye · 12 birds."""
    label = _words(label)
    if is_name(label):
        return label if count == 1 else f"{_number(count)} {label}"
    if count == 1:
        words = label.split()
        if words and words[-1] in _PAIRS:
            return f"a pair of {label}"
        return f"{_article(label)} {label}"
    return f"{_number(count)} {plural(label)}"


def plural(label: str) -> str:
    """foxes, people, wine glasses, Dalmatians."""
    head, _, last = label.rpartition(" ")
    return f"{head} {_plural_word(last)}" if head else _plural_word(last)


def listed(parts: Sequence[str]) -> str:
    """a · a and b · a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def place(label: str) -> str:
    """in the forest · on the night hill · outdoors · in Paris."""
    label = _words(label)
    if label.lower() in _ALONE:
        return label.lower()
    if is_name(label):
        return f"in {label}"
    words = label.lower().split()
    return f"{'on' if words and words[-1] in _ON else 'in'} the {label}"


def sentence(text: str) -> str:
    """With a capital at its start and a full stop at its end."""
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _words(label: str) -> str:
    """flying_squirrel, as a folder may be called, in words."""
    return " ".join(label.replace("_", " ").split())


def _number(count: int) -> str:
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else str(count)


def _article(label: str) -> str:
    word = label.lower()
    if word.startswith(_SOUNDS_LIKE_A_VOWEL):
        return "an"
    vowel = word[:1] in tuple("aeiou") and not word.startswith(_SOUNDS_LIKE_A_CONSONANT)
    return "an" if vowel else "a"


def _plural_word(word: str) -> str:
    if word in _PLURALS:
        return _PLURALS[word]
    for single in ("woman", "man"):
        if word.endswith(single) and word not in ("human", "german", "roman", "shaman"):
            return word[: -len(single)] + _PLURALS[single]
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")
