"""From a subtitle file's text to lines: formats, speakers, sounds, markup and encodings."""

from __future__ import annotations

from pathlib import Path

import pytest

from framesense.dialogue import language
from framesense.dialogue.cues import lines_from
from framesense.dialogue.encoding import decoded
from framesense.dialogue.parsing import Cue, parse
from framesense.errors import InputError
from framesense.records import Line

ASS = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.50,Default,Proog,0,0,0,,{\\i1}Emo{\\i0},\\Nlook, there!
Dialogue: 1,0:00:01.00,0:00:02.50,Default,Proog,0,0,0,,{\\bord4}Emo,\\Nlook, there!
Dialogue: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,{\\p1}m 0 0 l 10 0 10 10{\\p0}
Comment: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,a note to the translator
"""


def lines(*texts: str) -> list[Line]:
    """Of cues of one second each."""
    cues = [Cue(float(at), at + 1.0, text) for at, text in enumerate(texts)]
    return lines_from(cues, language="en", source="test.srt")


def said(*texts: str) -> list[tuple[str | None, str]]:
    return [(line.speaker, line.text) for line in lines(*texts) if not line.sound]


def heard(*texts: str) -> list[str]:
    return [line.text for line in lines(*texts) if line.sound]


class TestFormats:
    def test_subrip_keeps_its_times_and_numbers_that_are_said(self) -> None:
        text = (
            "1\n00:00:01,500 --> 00:00:02,750\nIt was\n1984\n\n2\n00:01:00,000 --> 00:01:01,000\n"
        )
        assert parse(text + "or\n42", name="a.srt") == [
            Cue(1.5, 2.75, "It was\n1984"),
            Cue(60.0, 61.0, "or\n42"),
        ]

    def test_webvtt_leaves_out_comments_styles_and_cue_names(self) -> None:
        text = (
            "WEBVTT - title\n\nSTYLE\n::cue { color: red }\n\nNOTE to self\nmore\n\n"
            "intro\n00:01.000 --> 00:02.000 line:0 position:20%\nHello\n\n"
            "NOTE\nnothing\n\nsecond cue\n01:00:00.000 --> 01:00:01.000\nlater\n"
        )
        cues = parse(text, name="a.vtt")
        assert [(cue.start_s, cue.text) for cue in cues] == [(1.0, "Hello"), (3600.0, "later")]

    def test_windows_line_ends_and_a_lying_suffix_do_no_harm(self) -> None:
        text = "WEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\nHello\r\nyou\r\n"
        assert parse(text, name="a.srt") == [Cue(1.0, 2.0, "Hello\nyou")]

    def test_ass_names_speakers_and_hides_drawings_comments_and_layers(self) -> None:
        cues = parse(ASS, name="a.ass")
        found = lines_from(cues, language=None, source="a.ass")
        assert found == [Line(1.0, 2.5, "Emo, look, there!", speaker="Proog", source="a.ass")]

    @pytest.mark.parametrize(
        "text",
        ["", " \n", "no subtitles at all", "{10}{20}MicroDVD", ASS.split("Dialogue")[0],
         "[V4+ Styles]", ASS.replace("0:00:01.00", "soon"), "\x00\x01\x02"],
    )  # fmt: skip
    def test_what_is_no_subtitle_file_is_one_error_that_names_it(self, text: str) -> None:
        with pytest.raises(InputError, match=r"^torn\.srt: [^\n]+$"):
            parse(text, name="torn.srt")


class TestSpeakers:
    def test_a_webvtt_voice_speaks(self) -> None:
        assert said("<v Emo>Here.</v> <v.loud Proog>There!") == [
            ("Emo", "Here."),
            ("Proog", "There!"),
        ]

    def test_a_name_in_capitals_speaks_where_it_recurs(self) -> None:
        assert said("EMO: Here.", "EMO: There.") == [("EMO", "Here."), ("EMO", "There.")]

    @pytest.mark.parametrize("text", ["WARNING: thin ice", "He said: go", "at 12:30 it rains"])
    def test_a_colon_alone_names_nobody(self, text: str) -> None:
        assert said(text) == [(None, text)]

    def test_rows_with_dashes_are_different_people(self) -> None:
        assert said("- Are you\nhurt?\n- I'm OK.") == [(None, "Are you hurt?"), (None, "I'm OK.")]

    @pytest.mark.parametrize("text", ["-5 degrees", "-- what was that?", "well -\nI think"])
    def test_other_dashes_stay(self, text: str) -> None:
        assert said(text) == [(None, text.replace("\n", " "))]

    def test_two_named_people_in_one_cue(self) -> None:
        found = said("- EMO: Here.\n- PROOG: No.", "EMO: Yes!", "PROOG: No.")
        assert found[:2] == [("EMO", "Here."), ("PROOG", "No.")]


class TestSounds:
    @pytest.mark.parametrize(
        "text", ["[door slams]", "(door slams)", "（door slams）", "<i>[door slams]</i>"]
    )
    def test_a_bracketed_cue_is_a_sound(self, text: str) -> None:
        assert (said(text), heard(text)) == ([], ["door slams"])

    def test_a_sound_is_taken_out_of_what_is_said(self) -> None:
        text = "[sighs] I don't know (yet)."
        assert (said(text), heard(text)) == ([(None, "I don't know (yet).")], ["sighs"])

    def test_the_words_of_a_song_are_said_and_music_is_heard(self) -> None:
        assert (said("♪ So hearty ♪"), heard("♪ So hearty ♪")) == ([(None, "So hearty")], ["music"])
        assert (said("♪♪"), heard("♪ [waltz] ♪")) == ([], ["waltz"])

    def test_a_sound_has_no_speaker(self) -> None:
        (line,) = lines_from([Cue(0, 1, "[laughs]", "Emo")], language=None, source="")
        assert line.sound and line.speaker is None


class TestMarkup:
    @pytest.mark.parametrize(
        ("text", "plain"),
        [
            ("{\\an8}<i>Up</i> <font color='#ff0000'>there</font>", "Up there"),
            ("Fish &amp; chips &lt;3", "Fish & chips <3"),
            ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
            ("<00:00:01.500>word <c.yellow>by</c> word", "word by word"),
            ("one\\Ntwo\\hthree", "one two three"),
        ],
    )
    def test_is_taken_off(self, text: str, plain: str) -> None:
        cues = parse(f"1\n00:00:00,000 --> 00:00:01,000\n{text}\n", name="a.srt")
        (line,) = lines_from(cues, language=None, source="")
        assert line.text == plain

    def test_right_to_left_text_stays_whole_without_its_direction_marks(self) -> None:
        assert said("\u202bשלום, עולם!\u202c") == [(None, "שלום, עולם!")]

    def test_a_label_that_looks_like_a_script_is_not_kept_as_one(self) -> None:
        assert said("<script>alert(1)</script>") == [(None, "alert(1)")]


class TestTimes:
    def test_lines_come_by_time_and_overlaps_stay(self) -> None:
        cues = [Cue(2, 5, "late"), Cue(1, 4, "early"), Cue(1, 4, "early")]
        found = lines_from(cues, language=None, source="")
        assert [(line.start_s, line.end_s, line.text) for line in found] == [
            (1, 4, "early"),
            (2, 5, "late"),
        ]

    def test_a_cue_that_ends_before_it_begins_is_left_out(self) -> None:
        assert lines_from([Cue(2, 1, "odd"), Cue(3, 3, "flash")], language=None, source="") == [
            Line(3, 3, "flash")
        ]


CAPTIONS = "elephants_dream.captions"


class TestEncodings:
    @pytest.mark.parametrize(
        ("file", "encoding"),
        [
            (f"{CAPTIONS}.sv.vtt", "cp1252"),
            (f"{CAPTIONS}.sv.vtt", "latin_1"),
            (f"{CAPTIONS}.ru.vtt", "cp1251"),
            (f"{CAPTIONS}.ru.vtt", "koi8_r"),
            (f"{CAPTIONS}.ar.vtt", "cp1256"),
            (f"{CAPTIONS}.ja.vtt", "shift_jis"),
            (f"{CAPTIONS}.ja.vtt", "euc_jp"),
            (f"{CAPTIONS}.ja.vtt", "iso2022_jp"),
            (f"{CAPTIONS}.ja.vtt", "utf_16"),
            (f"{CAPTIONS}.ja.vtt", "utf_16_be"),
            (f"{CAPTIONS}.en.vtt", "utf_16_le"),
            (f"{CAPTIONS}.ru.vtt", "utf_8_sig"),
            ("sintel.it.srt", "cp1252"),
        ],
    )
    def test_real_captions_are_read(self, shared: Path, file: str, encoding: str) -> None:
        text = (shared / "subtitles" / file).read_text("utf_8_sig")
        named = file.split(".")[-2]
        assert decoded(text.encode(encoding), language=named)[0] == text

    @pytest.mark.parametrize(
        ("text", "named", "encoding"),
        [
            ("你好，世界！我们去看电影吧。\n他说他不会来。\n谢谢你，老朋友。", "zh", "gb18030"),
            ("你好，世界！我們去看電影吧。\n他說他不會來。\n謝謝你，老朋友。", "zh-TW", "big5"),
            ("안녕하세요. 저는 영화를 보러 갑니다.\n그는 오지 않을 것입니다.", None, "cp949"),
            ("Žluťoučký kůň úpěl ďábelské ódy.\nDěkuji vám, starý příteli.", None, "cp1250"),
            ("Καλημέρα κόσμε, πώς είστε σήμερα;\nΕυχαριστώ, παλιέ φίλε.", "el", "cp1253"),
            ("שלום עולם, מה שלומך היום?\nתודה לך, חבר ותיק.", "he", "cp1255"),
            ("Günaydın, nasılsın bugün? Şimdi gidiyoruz.\nTeşekkür ederim.", "tr", "cp1254"),
            ("Où est le garçon ?", "fr", "cp1252"),
        ],
    )
    def test_a_few_rows_are_enough(self, text: str, named: str | None, encoding: str) -> None:
        subtitles = "".join(
            f"{at}\n00:00:0{at},000 --> 00:00:0{at},900\n{row}\n\n"
            for at, row in enumerate(text.splitlines())
        )
        assert decoded(subtitles.encode(encoding), language=named) == (subtitles, encoding)

    def test_utf_8_that_is_cut_amid_a_letter_is_still_utf_8(self) -> None:
        raw = ("Всё хорошо, прекрасная маркиза. " * 2).encode()[:-2] + b"\xd0"
        assert decoded(raw)[1] == "utf_8"

    def test_an_empty_file_is_empty_text(self) -> None:
        assert decoded(b"")[0] == ""


class TestLanguages:
    @pytest.mark.parametrize(
        ("code", "tag"),
        [("eng", "en"), ("fre", "fr"), ("fra", "fr"), ("zh_TW", "zh-TW"), ("pt-br", "pt-BR"),
         ("English", "en"), ("und", None), ("part2", None), ("final", None), ("", None),
         (None, None)],
    )  # fmt: skip
    def test_codes_become_tags(self, code: str | None, tag: str | None) -> None:
        assert language.tag(code) == tag

    @pytest.mark.parametrize("name", ["ar", "en", "ja", "ru", "sv"])
    def test_captions_tell_their_language(self, shared: Path, name: str) -> None:
        text = (shared / "subtitles" / f"{CAPTIONS}.{name}.vtt").read_text("utf_8")
        cues = parse(text, name="")
        assert language.guessed("\n".join(cue.text for cue in cues)) == name

    def test_little_text_tells_nothing(self) -> None:
        assert language.guessed("Emo?") is None
