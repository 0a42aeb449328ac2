"""Languages as BCP-47 tags: from a file's name, from a container, or guessed from the text."""

from __future__ import annotations

from functools import cache
from typing import Any

_SURE = 0.95  # probability from which a guess is stated
_NAMES = {  # as people write them into file names
    "arabic": "ar", "chinese": "zh", "chs": "zh-Hans", "cht": "zh-Hant", "czech": "cs",
    "danish": "da", "dutch": "nl", "english": "en", "finnish": "fi", "french": "fr",
    "german": "de", "greek": "el", "hebrew": "he", "hindi": "hi", "hungarian": "hu",
    "italian": "it", "japanese": "ja", "korean": "ko", "norwegian": "no", "polish": "pl",
    "portuguese": "pt", "romanian": "ro", "russian": "ru", "spanish": "es", "swedish": "sv",
    "turkish": "tr", "ukrainian": "uk", "vietnamese": "vi",
}  # fmt: skip


def tag(code: str | None) -> str | None:
    """`eng` -> `en`, `fre` -> `fr`, `zh_TW` -> `zh-TW`, `English` -> `en`; None: no language."""
    from langcodes import Language
    from langcodes.tag_parser import LanguageTagError

    if not code or code.lower() in {"und", "mul", "mis", "zxx"}:
        return None
    if code.lower() in _NAMES:
        return _NAMES[code.lower()]
    try:
        language = Language.get(code)
    except LanguageTagError:
        return None
    return str(language.to_tag()) if language.is_valid() else None


def same(one: str | None, other: str | None) -> bool:
    """Whether two tags name the same language, whatever its region or script."""
    return bool(one and other and one.split("-")[0] == other.split("-")[0])


def guessed(text: str) -> str | None:
    """What language a text is in; None where that is unclear, as it is of a few words."""
    code, probability = _identifier().classify(text)
    return tag(str(code)) if probability >= _SURE else None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
