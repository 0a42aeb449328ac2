"""Bytes of a subtitle file to text, whatever encoding it was saved in.

A byte-order mark or valid UTF-8 decides; else charset-normalizer weighs the encodings on the rows
that are not plain ASCII, since the time codes say nothing. Where several fit, the code page usual
for the language that the file's name gives is taken.
"""

from __future__ import annotations

import codecs

_MARKS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf_32"),
    (codecs.BOM_UTF32_BE, "utf_32"),
    (codecs.BOM_UTF8, "utf_8_sig"),
    (codecs.BOM_UTF16_LE, "utf_16"),
    (codecs.BOM_UTF16_BE, "utf_16"),
)
_PAGES = {  # code page -> the languages that Windows uses it for
    "cp1252": "da de en es fi fr id is it nb nl nn no pt sv",
    "cp1250": "bs cs hr hu pl ro sk sl sq",
    "cp1251": "be bg mk ru sr uk",
    "cp1253": "el",
    "cp1254": "tr az",
    "cp1255": "he",
    "cp1256": "ar fa ur",
    "cp1257": "et lt lv",
    "cp874": "th",
    "cp932": "ja",
    "gb18030": "zh-CN zh-Hans zh-SG",
    "big5": "zh-HK zh-Hant zh-TW",
    "cp949": "ko",
}
_USED = [*_PAGES, "koi8_r", "koi8_u", "iso8859_2", "euc_jp", "iso2022_jp"]  # not Macs, not DOS
_DAMAGED = 0.05  # of the characters outside ASCII may be broken in what is still UTF-8


def decoded(raw: bytes, *, language: str | None = None) -> tuple[str, str]:
    """The text, without a byte-order mark, and the encoding that it was read in.

    language: BCP-47 tag, where the file's name gives one. Bytes that the encoding does not know
    become U+FFFD.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace"), encoding.removesuffix("_sig")
    if b"\0" in raw:  # the ASCII of time codes, in two bytes a character
        encoding = "utf_16_le" if raw[1::2].count(0) >= raw[::2].count(0) else "utf_16_be"
        return raw.decode(encoding, "replace"), encoding
    if b"\x1b" not in raw:  # with which ISO-2022-JP begins, all of it ASCII bytes
        text = raw.decode("utf_8", "replace")
        outside_ascii = sum(char > "\x7f" for char in text)
        if text.count("\ufffd") <= _DAMAGED * outside_ascii:
            return text, "utf_8"
    encoding = _weighed(raw, language)
    return raw.decode(encoding, "replace"), encoding


def _weighed(raw: bytes, language: str | None) -> str:
    from charset_normalizer import from_bytes

    telling = b"\n".join(row for row in raw.splitlines() if max(row, default=0) > 0x7F) or raw
    usual = _usual_page(language)
    fitting = list(from_bytes(telling))
    if usual:
        fitting += from_bytes(telling, cp_isolation=[usual])  # it may have been given up early
    if not fitting:
        return usual or "cp1252"
    return min(
        fitting,  # likeliest first
        key=lambda match: (
            round(match.chaos, 1),
            match.encoding != usual,
            match.encoding not in _USED,
        ),
    ).encoding


def _usual_page(language: str | None) -> str | None:
    """The page of a language, or of its first part; None where there is none."""
    for part in (language, (language or "").split("-")[0]):
        for page, languages in _PAGES.items():
            if part in languages.split():
                return page
    return None
