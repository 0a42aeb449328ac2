"""The command line, as a person or a script meets it: real processes, real files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from framesense.testing import scenes, write_film

FRAMESENSE = [sys.executable, "-m", "framesense"]


def framesense(*words: object, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*FRAMESENSE, *map(str, words)],
        cwd=cwd,
        env={**os.environ, "COLUMNS": "200", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def analyze(*words: object, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Without a detector, which is not what these tests are about."""
    return framesense("analyze", "--detector", "none", *words, cwd=cwd, **variables)


def refused(result: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """It ended with this code and one clear line that has these words."""
    assert result.returncode == code, result.stderr
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("error: ")
    for word in words:
        assert word in line
    assert "Traceback" not in result.stderr + result.stdout


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_film(tmp_path_factory.mktemp("films") / "film.mp4", scenes([40, 40]))


class TestAnalyze:
    def test_it_writes_the_report_and_shows_a_table(self, film: Path, tmp_path: Path) -> None:
        result = analyze(film, cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        assert [item.name for item in tmp_path.iterdir()] == ["film.shots.json"]
        assert "film.mp4" in result.stderr
        assert "wrote film.shots.json" in result.stderr
        assert result.stdout == ""
        report = json.loads((tmp_path / "film.shots.json").read_text())
        assert report["schema"] == "framesense.film-report"
        assert report["film"]["frames_decoded"] == 80

    def test_quiet_says_nothing(self, film: Path, tmp_path: Path) -> None:
        result = analyze(film, "-q", "-o", "deep/down/report.json", cwd=tmp_path)
        assert (result.stdout, result.stderr) == ("", "")
        assert (tmp_path / "deep/down/report.json").is_file()

    def test_thumbnails_lie_beside_the_report(self, film: Path, tmp_path: Path) -> None:
        analyze(film, "--thumbnails", "-o", "out", cwd=tmp_path)
        report = json.loads((tmp_path / "out/film.shots.json").read_text())
        for shot in report["shots"]:
            assert (tmp_path / "out" / shot["thumbnail"]).is_file()

    def test_a_film_whose_name_is_not_utf8(self, film: Path, tmp_path: Path) -> None:
        odd = tmp_path / os.fsdecode(b"caf\xe9.mp4")
        odd.write_bytes(film.read_bytes())
        result = analyze(odd, "--report", "-o", "out", cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        assert len(list((tmp_path / "out").glob("*.html"))) == 1

    def test_the_page_lies_beside_the_report(self, film: Path, tmp_path: Path) -> None:
        assert analyze(film, "--report", "-o", "out", cwd=tmp_path).returncode == 0
        page = (tmp_path / "out" / "film.shots.html").read_text()
        assert page.count("data:image/jpeg") >= 2

    def test_a_folder_is_searched_and_one_bad_film_does_not_end_the_run(
        self, film: Path, tmp_path: Path
    ) -> None:
        films = tmp_path / "films"
        (films / "deep").mkdir(parents=True)
        (films / "a.mp4").write_bytes(film.read_bytes())
        (films / "b.mp4").write_text("not a film")
        (films / "deep" / "c.mkv").write_bytes(film.read_bytes())
        (films / "notes.txt").write_text("not even tried")
        result = analyze(films, "-o", "out", cwd=tmp_path)
        assert result.returncode == 7
        assert f"error: {films / 'b.mp4'}: not a film" in result.stderr
        assert "1 of 3 films failed" in result.stderr
        made = sorted(str(item.relative_to(tmp_path)) for item in tmp_path.rglob("out/**/*.json"))
        assert made == ["out/a.shots.json", "out/deep/c.shots.json"]

    def test_films_of_one_name_get_reports_of_two(self, film: Path, tmp_path: Path) -> None:
        for name in ("film.mp4", "film.mkv"):
            (tmp_path / name).write_bytes(film.read_bytes())
        analyze("film.mp4", "film.mkv", "-o", "out", cwd=tmp_path)
        made = sorted(item.name for item in (tmp_path / "out").iterdir())
        assert made == ["film.mkv.shots.json", "film.mp4.shots.json"]

    def test_resume_leaves_finished_films_alone(self, film: Path, tmp_path: Path) -> None:
        analyze(film, cwd=tmp_path)
        report = tmp_path / "film.shots.json"
        before = report.stat().st_mtime_ns
        assert analyze(film, "--resume", cwd=tmp_path).returncode == 0
        assert report.stat().st_mtime_ns == before
        assert analyze(film, "--resume", "--every", "0.5", cwd=tmp_path).returncode == 0
        assert report.stat().st_mtime_ns > before


class TestBadInput:
    @pytest.mark.parametrize(
        ("make", "words"),
        [
            (lambda path: None, "no such file"),
            (lambda path: path.touch(), "is empty"),
            (lambda path: path.write_text("once upon a time"), "not a film"),
        ],
        ids=["missing", "empty", "text"],
    )
    def test_what_is_no_film(self, tmp_path: Path, make, words: str) -> None:  # type: ignore[no-untyped-def]
        path = tmp_path / "film.mp4"
        make(path)
        refused(analyze(path, "-o", "out", cwd=tmp_path), 3, str(path), words)
        assert not (tmp_path / "out").exists()

    def test_a_folder_without_films(self, tmp_path: Path) -> None:
        refused(analyze(tmp_path, cwd=tmp_path), 3, str(tmp_path), "no film in this folder")

    def test_an_unknown_config_key(self, film: Path, tmp_path: Path) -> None:
        (tmp_path / "my.toml").write_text("[sampling]\nevry_s = 2\n")
        result = analyze(film, "-c", "my.toml", cwd=tmp_path)
        refused(result, 2, "my.toml", "evry_s", "did you mean every_s?")

    def test_an_unknown_preset(self, film: Path, tmp_path: Path) -> None:
        refused(analyze(film, "-c", "anim", cwd=tmp_path), 2, "anim", "anime, cgi, default")

    def test_an_unknown_splitter(self, film: Path, tmp_path: Path) -> None:
        result = analyze(film, "--splitter", "hybrd", cwd=tmp_path)
        refused(result, 2, "hybrd", "hybrid")
        assert list(tmp_path.iterdir()) == []

    def test_an_unknown_detector(self, film: Path, tmp_path: Path) -> None:
        refused(framesense("analyze", film, "--detector", "sdd", cwd=tmp_path), 2, "sdd", "known")
        assert list(tmp_path.iterdir()) == []

    def test_a_model_that_may_not_be_fetched(self, film: Path, tmp_path: Path) -> None:
        result = framesense(
            "analyze", film, "--offline", cwd=tmp_path, FRAMESENSE_CACHE=str(tmp_path / "cache")
        )
        if (Path(__file__).parents[1] / "weights" / "ssd-mobilenet-v2.pb").exists():
            pytest.skip("the weights lie in weights/")
        refused(result, 5, "ssd-mobilenet-v2", "framesense assets get ssd-mobilenet-v2")

    def test_no_network(self, film: Path, tmp_path: Path) -> None:
        nowhere = "http://127.0.0.1:9"  # refuses at once
        result = framesense(
            *("analyze", film),
            cwd=tmp_path,
            FRAMESENSE_CACHE=str(tmp_path / "cache"),
            PIP_INDEX_URL=f"{nowhere}/simple",
            PIP_FIND_LINKS="",
            PIP_RETRIES="0",
        )
        assert result.returncode == 5, result.stderr
        assert "Traceback" not in result.stderr
        assert "error: " in result.stderr.splitlines()[-1]
        assert list((tmp_path / "cache").rglob("*.pb")) == []

    def test_a_gpu_that_is_not_there(self, film: Path, tmp_path: Path) -> None:
        refused(framesense("analyze", film, "--device", "cuda:7", cwd=tmp_path), 6, "CPU only")
        detector = "torchvision:ssdlite320_mobilenet_v3_large"
        words = ["analyze", film, "--detector", detector, "--device", "cuda:7"]
        refused(framesense(*words, cwd=tmp_path), 6, "cuda:7")
        assert list(tmp_path.iterdir()) == []

    def test_a_value_out_of_range(self, film: Path, tmp_path: Path) -> None:
        refused(analyze(film, "--every", "0", cwd=tmp_path), 2, "sampling.every_s")

    def test_a_report_place_below_a_file(self, film: Path, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        result = analyze(film, "-o", "file/report.json", cwd=tmp_path)
        refused(result, 4, "cannot be written")

    def test_one_report_file_for_two_films(self, film: Path, tmp_path: Path) -> None:
        other = tmp_path / "other.mp4"
        other.write_bytes(film.read_bytes())
        refused(analyze(film, other, "-o", "x.json", cwd=tmp_path), 2, "2 films")

    def test_no_permission_to_read_or_write(self, film: Path, tmp_path: Path) -> None:
        secret = tmp_path / "secret.mp4"
        secret.write_bytes(film.read_bytes())
        secret.chmod(0)
        locked = tmp_path / "locked"
        locked.mkdir(mode=0o555)
        refused(as_nobody(secret, cwd=tmp_path), 3, "no permission")
        refused(as_nobody(film, "-o", locked, cwd=tmp_path), 4, "cannot be written")

    def test_a_full_disk_while_shots_are_written(self, film: Path, tmp_path: Path) -> None:
        long = write_film(tmp_path / "long.mp4", scenes([24] * 12))
        result = subprocess.run(
            ["bash", "-c", 'ulimit -f 1; trap "" XFSZ; exec "$@"', "-", *FRAMESENSE,
             "analyze", "--detector", "none", str(long), "-o", "out.json"],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        refused(result, 4, "cannot be written", "free some space")
        assert not (tmp_path / "out.json").exists()
        assert list(tmp_path.glob(".framesense*")) == []

    def test_a_film_without_one_whole_frame_leaves_nothing(
        self, film: Path, tmp_path: Path
    ) -> None:
        hollow = tmp_path / "hollow.mp4"
        data = film.read_bytes()
        start = data.index(b"mdat") + 4
        end = data.index(b"moov") - 4
        hollow.write_bytes(data[:start] + bytes(end - start) + data[end:])
        refused(analyze(hollow, "-o", "out", cwd=tmp_path), 3, "no frame")
        assert list((tmp_path / "out").iterdir()) == []

    def test_debug_shows_the_traceback_at_any_place(self, tmp_path: Path) -> None:
        for words in (["--debug", "analyze", "x.mp4"], ["analyze", "x.mp4", "--debug"]):
            assert "Traceback" in framesense(*words, "--detector", "none", cwd=tmp_path).stderr

    def test_an_unknown_option(self, film: Path, tmp_path: Path) -> None:
        assert framesense("analyze", film, "--thumbnail-size", cwd=tmp_path).returncode == 2


def as_nobody(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Analyse without root's power to read and write everything."""
    import ctypes

    def give_up_power() -> None:
        for power in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            ctypes.CDLL(None).prctl(24, power, 0, 0, 0)  # PR_CAPBSET_DROP

    return subprocess.run(
        [*FRAMESENSE, "analyze", "--detector", "none", *map(str, words)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=give_up_power if os.geteuid() == 0 else None,
    )


@pytest.fixture(scope="module")
def whole(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    folder = tmp_path_factory.mktemp("whole")
    assert analyze(sample, "-q", "-o", "report.json", cwd=folder).returncode == 0
    return without_timings(folder / "report.json")


class TestAfterAKill:
    """The real sample film and the real journal; the film's shots close over a second or two."""

    @pytest.mark.parametrize("after_shots", [1, 6, 15])
    def test_a_killed_run_is_taken_up_and_ends_the_same(
        self, sample: Path, tmp_path: Path, whole: dict[str, object], after_shots: int
    ) -> None:
        kept = stop(sample, tmp_path, after_shots, signal.SIGKILL).kept_shots
        assert kept >= after_shots
        assert not (tmp_path / "report.json").exists()
        result = analyze(sample, "--resume", "-o", "report.json", cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        assert without_timings(tmp_path / "report.json") == whole
        assert [item.name for item in tmp_path.iterdir()] == ["report.json"]

    def test_ctrl_c_says_how_to_go_on(
        self, sample: Path, tmp_path: Path, whole: dict[str, object]
    ) -> None:
        stopped = stop(sample, tmp_path, 3, signal.SIGINT)
        assert stopped.code == 130
        assert "--resume" in stopped.stderr
        assert "report.partial.jsonl" in stopped.stderr
        assert "Traceback" not in stopped.stderr
        analyze(sample, "--resume", "-q", "-o", "report.json", cwd=tmp_path)
        assert without_timings(tmp_path / "report.json") == whole


@dataclass(frozen=True)
class Stopped:
    code: int
    stderr: str
    kept_shots: int


def stop(film: Path, folder: Path, after_shots: int, how: signal.Signals) -> Stopped:
    """Start an analysis, and send it a signal once so many shots are in its journal."""
    journal = folder / "report.partial.jsonl"
    process = subprocess.Popen(
        [*FRAMESENSE, "analyze", "--detector", "none", str(film), "-q", "-o", "report.json"],
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
        # A shell ignores it for what it starts in the background, these tests perhaps.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if journal.exists() and journal.read_bytes().count(b"\n") > after_shots:
            process.send_signal(how)
            break
        time.sleep(0.002)
    _, stderr = process.communicate(timeout=60)
    return Stopped(process.returncode, stderr, journal.read_bytes().count(b"\n") - 1)


def without_timings(report: Path) -> dict[str, object]:
    data: dict[str, object] = json.loads(report.read_text())
    run = data["run"]
    assert isinstance(run, dict)
    return data | {"run": {key: value for key, value in run.items() if key != "timings"}}


class TestExport:
    @pytest.mark.parametrize("to", ["csv", "edl", "otio", "vtt"])
    def test_each_format_lands_beside_the_report(self, film: Path, tmp_path: Path, to: str) -> None:
        analyze(film, "-q", cwd=tmp_path)
        result = framesense("export", "film.shots.json", "--to", to, cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        assert f"wrote film.shots.{to}" in result.stderr
        assert (tmp_path / f"film.shots.{to}").stat().st_size > 50

    def test_dash_is_standard_output(self, film: Path, tmp_path: Path) -> None:
        analyze(film, "-q", cwd=tmp_path)
        result = framesense("export", "film.shots.json", "--to", "vtt", "-o", "-", cwd=tmp_path)
        assert result.stdout.startswith("WEBVTT")

    def test_what_is_no_report(self, film: Path, tmp_path: Path) -> None:
        refused(framesense("export", film, "--to", "csv", cwd=tmp_path), 3, str(film))


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    script = (
        "import sys, framesense.cli\n"
        "heavy = {'numpy', 'cv2', 'av', 'torch', 'openvino', 'pandas', 'scenedetect', 'msgspec'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_version_and_commands_are_told(tmp_path: Path) -> None:
    assert framesense("--version", cwd=tmp_path).stdout.startswith("framesense 0.")
    helped = framesense("--help", cwd=tmp_path).stdout
    for command in ("analyze", "export", "evaluate", "assets", "doctor", "130"):
        assert command in helped
