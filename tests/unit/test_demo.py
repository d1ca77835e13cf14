"""The fictional system: what it writes is read as its publishers' files are, and adds up as theirs do."""

import csv
import gzip
import hashlib
import io
import os
import re
import subprocess
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ics_insight import demo
from ics_insight.demo import people, plan, providers, system
from ics_insight.sources import read, registry

GPPS = "GPPS_{}_{}_data_(weighted)_(csv)_PUBLIC.csv"
YEARS = (2024, 2025, 2026)
LEGACY, DSE = ("epraccur_2025-11_legacy.csv", "etr_2025-11_legacy.csv"), ("epraccur.csv", "etr.csv")
VENNMARCH = "E5Z8P"
SENTINELS = {"-97", "-98", "-99"}
NO_PARENT = "NONC"  # the publisher's own code for who has no board


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo")
    demo.write(path)
    return path


def shared_data() -> Path:
    data = Path(__file__).parents[3] / "shared" / "data"
    if data.is_dir():
        return data
    if os.environ.get("CI") == "true":
        pytest.fail(f"{data} is absent, and here the real files must be held against the fictional ones")
    pytest.skip(f"the publishers' real files are not at {data}")


def digests(paths: list[Path]) -> list[str]:
    return [f"{path.parent.name}/{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in paths]


def rows_of(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def named(rows: list[list[str]]) -> list[dict[str, str]]:
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def rtt_rows(path: Path) -> list[list[str]]:
    with zipfile.ZipFile(path) as archive:
        [member] = archive.namelist()
        return list(csv.reader(io.StringIO(archive.read(member).decode())))


def cells(path: Path, source: str) -> dict[str, list[dict[str, str]]]:
    """Rows of a `sheets` source by sheet, by column."""
    reading = read(registry()[source], path, path.name)
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in (row for batch in reading.batches for row in batch.to_pylist()):
        found[row["sheet"]].append(dict(zip(reading.headers[row["sheet"]], row["cells"], strict=True)))
    return found


# --- the same everywhere ---


def test_writes_the_same_bytes_in_another_process_with_other_hashes(tmp_path: Path) -> None:
    here = digests(demo.write(tmp_path / "here", months=2))
    script = (
        "import sys; from pathlib import Path; from ics_insight import demo;"
        "[print(p.relative_to(sys.argv[1]).as_posix()) for p in demo.write(Path(sys.argv[1]), months=2)]"
    )
    there = tmp_path / "there"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": "Pacific/Kiritimati"}
        told = subprocess.run([sys.executable, "-c", script, there], env=environment, check=True, capture_output=True, text=True)
        assert digests([there / name for name in told.stdout.splitlines()]) == here


def test_a_month_reads_the_same_however_many_months_are_written(tmp_path: Path, folder: Path) -> None:
    for path in demo.write(tmp_path, months=3):
        assert path.read_bytes() == (folder / path.relative_to(tmp_path)).read_bytes(), path.name


def test_writes_over_what_is_there_and_tells_of_each_file(tmp_path: Path) -> None:
    told: list[str] = []
    first = demo.write(tmp_path, months=1, progress=told.append)
    first[0].write_bytes(b"something else")
    before = digests(first[1:])
    assert demo.write(tmp_path, months=1) == first
    assert first[0].read_bytes() != b"something else"
    assert digests(first[1:]) == before
    assert told == [path.relative_to(tmp_path).as_posix() for path in first]


def test_archives_carry_no_date_and_no_trace_of_what_packed_them(folder: Path) -> None:
    for path in [*folder.glob("rtt/*.zip"), *folder.glob("cqc_inpatient/*.ods")]:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            assert {(e.date_time, e.compress_type, e.create_system) for e in entries} == {
                ((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED, 3)
            }
            if path.suffix == ".ods":
                assert entries[0].filename == "mimetype"
                assert "meta.xml" not in archive.namelist()


def test_writes_one_source_when_no_other_is_asked_for(tmp_path: Path, folder: Path) -> None:
    for path in demo.write(tmp_path, months=1, only=("ae",)):
        assert path.read_bytes() == (folder / path.relative_to(tmp_path)).read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["ae"]


def test_refuses_to_write_no_month(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="months: expected at least 1, found 0"):
        demo.write(tmp_path, months=0)
    assert not list(tmp_path.iterdir())


# --- read as the publishers' files are ---


def expected(source: str) -> dict[str, tuple[str, str, tuple[date, date]]]:
    """Layout, part and period that each file of a source must be read as."""
    if source == "organisations":
        december, april, october = (date(2025, 12, 1),) * 2, (date(2025, 4, 1),) * 2, (date(2026, 10, 1),) * 2
        return {
            LEGACY[0]: ("epraccur-legacy", "practices", december), LEGACY[1]: ("etr-legacy", "trusts", april),
            DSE[0]: ("epraccur-dse", "practices", october), DSE[1]: ("etr-dse", "trusts", october),
            **{
                f"{report}{suffix}.csv": (layout if report == "epcmem" else f"{layout}-{dialect}", part, (day, day))
                for suffix, dialect in (("_2025-11_legacy", "legacy"), ("", "dse"))
                for report, layout, part, day in (
                    ("ets", "ets", "sites", date(2004, 4, 1)), ("ebranchs", "ebranchs", "branches", date(2004, 4, 1)),
                    ("eccg", "eccg", "sub_icbs", date(2013, 4, 1)), ("epcmem", "epcmem", "commissioner_members", date(2025, 7, 1)),
                )
            },
            "ePCN_2025-11.xlsx": ("epcn-workbook", "network_workbook", (date(2019, 7, 1),) * 2),
            "ePCN_2026-10.xlsx": ("epcn-workbook", "network_workbook", (date(2019, 7, 1),) * 2),
            "eother.csv": ("eother-dse", "others", (date(2026, 4, 1),) * 2),
            "succ.csv": ("succ", "successions", (date(2025, 7, 1),) * 2),
            "icb_list_2026-10_with_predecessors.csv": ("icb-list", "icb_list", (date(2026, 10, 1), date(2026, 10, 31))),
        }  # fmt: skip
    if source == "cqc_inpatient":
        november = (date(2025, 11, 1), date(2025, 11, 30))
        return {"Adult-Inpatient-Survey-2025.ods": ("trust-benchmarks-2022", "trust", november)}
    if source == "gpps":
        old = {GPPS.format(2023, "Practice"): ("to-2023-practice", "practice", (date(2023, 1, 1), date(2023, 3, 31)))}
        return old | {
            GPPS.format(year, level): (f"2024-{level.lower()}", level.lower(), (date(year, 1, 1), date(year, 3, 31)))
            for year in YEARS
            for level in ("National", "ICS", "PCN", "Practice")
        }
    return dict(monthly(source))


def monthly(source: str) -> Iterator[tuple[str, tuple[str, str, tuple[date, date]]]]:
    for number in range(36):
        first = date(2023 + (9 + number) // 12, (9 + number) % 12 + 1, 1)
        following = date(2023 + (10 + number) // 12, (10 + number) % 12 + 1, 1)
        last = date.fromordinal(following.toordinal() - 1)
        if source == "ae":
            yield f"Monthly-AE-{first:%B}-{first.year}.csv", ("msitae-2023", "provider", (first, last))
            if f"{first:%Y-%m}" == plan.planted("restated_month")["month"]:
                yield f"Monthly-AE-{first:%B}-{first.year}-revised.csv", ("msitae-2023", "provider", (first, last))
        else:
            name = f"{last:%Y%m%d}-RTT-{first:%B}-{first.year}-full-extract.csv.zip"
            yield name, ("full-extract-104-weeks", "pathways", (first, last))


@pytest.mark.parametrize("source", ["organisations", "gpps", "cqc_inpatient", "ae", "rtt"])
def test_every_file_is_read_to_its_end_as_what_it_is(folder: Path, source: str) -> None:
    found = {}
    for path in (folder / source).iterdir():
        reading = read(registry()[source], path, path.name)
        assert sum(batch.num_rows for batch in reading.batches) > 0
        found[path.name] = (reading.layout, reading.part, reading.period)
    assert found == expected(source)


def test_every_writer_writes_and_every_file_of_every_source_is_read_to_its_end(folder: Path) -> None:
    written = {path.name for path in folder.iterdir()}
    assert written <= set(registry())
    assert written == {source for source in registry() if (Path(demo.__file__).parent / f"{source}.py").is_file()}
    for source in written:
        for path in (path for path in (folder / source).rglob("*") if path.is_file()):
            assert sum(batch.num_rows for batch in read(registry()[source], path, path.name).batches) > 0, path


@pytest.mark.parametrize("source", plan.truth()["sources"])
def test_status_will_show_what_the_truth_says(folder: Path, source: str) -> None:
    """The newest file of each sender, part and period counts; a revised one is newer than what it revises."""
    rows: dict[tuple[str, str, tuple[date, date]], int] = {}
    paths = [path for path in (folder / source).rglob("*") if path.is_file()]
    for path in sorted(paths, key=lambda path: (registry()[source].is_revised(path.name), path.stat().st_mtime_ns)):
        reading = read(registry()[source], path, path.name)
        sender = str(path.parent.relative_to(folder / source))
        rows[sender, reading.part, reading.period] = sum(batch.num_rows for batch in reading.batches)
    newest = max(last for _, _, (_, last) in rows)
    expected = plan.truth()["sources"][source]
    assert expected == {"extracts": len(paths), "rows": sum(rows.values()), "refused": 0, "newest_period": newest}
    assert (demo.DELIVERED_ON - newest).days <= registry()[source].max_age_days


# --- who there is ---


def test_registers_are_27_quoted_columns_in_both_dialects(folder: Path) -> None:
    for names, statuses, settings in (
        (LEGACY, {"A", "C", "D", "P"}, {"4", "1", "2", "8", "9"}),
        (DSE, {"ACTIVE", "INACTIVE", "DORMANT"}, {"RO76", "RO76|RO87", "RO87", "RO80", "RO260", "RO247", "RO177"}),
    ):
        practices, trusts = (rows_of(folder / "organisations" / name) for name in names)
        assert {len(row) for row in [*practices, *trusts]} == {27}
        for name in names:
            for line in (folder / "organisations" / name).read_text().splitlines():
                assert re.fullmatch(r'"[^"]*"(,"[^"]*"){26}', line)
        assert {row[12] for row in practices} == statuses
        assert {row[25] for row in practices} == settings
        assert {(row[12], row[25]) for row in trusts} <= {("", ""), ("ACTIVE", ""), ("INACTIVE", "")}
        assert all(bool(row[11]) == (row[12] in ("C", "INACTIVE")) for row in practices)
        assert len({row[0] for row in [*practices, *trusts]}) == len(practices) + len(trusts)


def boards_of_practices(folder: Path, name: str) -> dict[str, str]:
    """Board by practice, of those that are open by an edition's register."""
    register = rows_of(folder / "organisations" / name)
    return {row[0]: row[3] for row in register if row[12] in ("A", "ACTIVE") and (row[25] == "4" or "RO76" in row[25].split("|"))}


def surveyed(folder: Path, year: int) -> dict[str, dict[str, str]]:
    return {row["ad_practicecode"]: row for row in named(rows_of(folder / "gpps" / GPPS.format(year, "Practice")))}


def test_the_survey_covers_exactly_the_open_practices_of_the_register(folder: Path) -> None:
    merged = plan.planted("merged_practice")["predecessor"]
    before, after = (boards_of_practices(folder, names[0]) for names in (LEGACY, DSE))
    assert {code: row["ad_icscode"] for code, row in surveyed(folder, 2026).items()} == after
    for year in (2024, 2025):
        found = {code: row["ad_icscode"] for code, row in surveyed(folder, year).items()}
        assert found.pop(merged) == "QZ7"
        assert found == before
    assert sum(icb == demo.ICB for icb in after.values()) == 120
    assert merged not in before


def test_every_provider_is_in_a_register(folder: Path) -> None:
    known = {row[0] for name in (*LEGACY, *DSE) for row in rows_of(folder / "organisations" / name)}
    attended = {row["Org Code"] for path in folder.glob("ae/*") for row in named(rows_of(path))} - {"TOTAL"}
    waited = {row[3] for row in rtt_rows(next(folder.glob("rtt/*")))[1:]}
    [workbook] = folder.glob("cqc_inpatient/*")
    scored = {row["TrustCode"] for row in cells(workbook, "cqc_inpatient")["Trust_Scores"]}
    assert attended | waited | scored <= known
    assert len(waited) == len(scored) == 10


def test_boards_change_and_one_splits_by_practice(folder: Path) -> None:
    before, after = (boards_of_practices(folder, names[0]) for names in (LEGACY, DSE))
    split = plan.planted("icb_split")
    people: dict[str, int] = defaultdict(int)
    for code in (code for code, icb in before.items() if icb == split["split"]):
        people[after[code]] += int(surveyed(folder, 2026)[code]["popsize"])
    assert {icb: round(number / sum(people.values()), 4) for icb, number in people.items()} == split["into"]
    assert {before[code] for code in split["practices_across_places"]} == {split["split"]}
    for old, new in split["whole"].items():
        assert {after[code] for code, icb in before.items() if icb == old} == {new}
    commissioners = {
        month: {(row[5], row[7]) for path in folder.glob(f"rtt/*{month}*") for row in rtt_rows(path)[1:]}
        for month in ("March-2026", "April-2026")
    }
    assert {("QZ7", "Q5M2W"), ("QZ8", "Z8D1K"), ("QZ8", "V6J4T"), ("QZ6", "L4T8W")} <= commissioners["March-2026"]
    assert {("X4V7Q", "Q5M2W"), ("X4V7Q", "Z8D1K"), ("W8R2H", "V6J4T"), ("W8R2H", "L4T8W")} <= commissioners["April-2026"]
    assert not {parent for parent, _ in commissioners["April-2026"]} & {"QZ6", "QZ7", "QZ8"}


def test_a_merged_practice_takes_its_patients_along(folder: Path) -> None:
    merger = plan.planted("merged_practice")
    lists = {year: int(surveyed(folder, year)[merger["successor"]]["popsize"]) for year in YEARS}
    assert lists[2024] == lists[2025] == lists[2026] - merger["people"]
    assert int(surveyed(folder, 2025)[merger["predecessor"]]["popsize"]) == merger["people"]
    [closed] = [row for row in rows_of(folder / "organisations" / LEGACY[0]) if row[0] == merger["predecessor"]]
    assert closed[11] == f"{merger['day']:%Y%m%d}"


def test_the_home_board_is_as_large_as_it_says(folder: Path) -> None:
    boards = {row["ad_icscode"]: row for row in named(rows_of(folder / "gpps" / GPPS.format(2026, "ICS")))}
    people: dict[str, int] = defaultdict(int)
    for row in named(rows_of(folder / "gpps" / GPPS.format(2026, "Practice"))):
        people[row["ad_icscode"]] += int(row["popsize"])
    [england] = named(rows_of(folder / "gpps" / GPPS.format(2026, "National")))
    assert people == {code: int(row["popsize"]) for code, row in boards.items()}
    assert people[demo.ICB] == 1_200_000
    assert sum(people.values()) == int(england["popsize"])
    assert demo.ICB_NAME == "NHS Quillmere and Vennmarch Integrated Care Board"


# --- the GP Patient Survey ---


def survey_rows(folder: Path) -> Iterator[tuple[int, str, dict[str, str]]]:
    for year in YEARS:
        for level in ("National", "ICS", "Practice"):
            for row in named(rows_of(folder / "gpps" / GPPS.format(year, level))):
                yield year, level, row


def stems(row: dict[str, str]) -> list[str]:
    """Questions with a summary: those about the respondents have none."""
    return [column.removesuffix(".pcteval") for column in row if column.endswith(".pcteval")]


def answers(row: dict[str, str], stem: str, part: str) -> dict[str, str]:
    return {column: text for column, text in row.items() if re.fullmatch(rf"{stem}_\d+\.{part}", column)}


def wilson(p: float, n: float) -> tuple[float, float]:
    z = 1.96
    middle, half = p + z * z / 2 / n, z * (p * (1 - p) / n + z * z / 4 / n / n) ** 0.5
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def test_wilson_limits_are_those_of_the_textbook() -> None:
    assert wilson(0.9, 100) == pytest.approx((0.826, 0.945), abs=0.001)  # methods: 90 of 100


def test_survey_results_agree_with_each_other(folder: Path) -> None:
    for year, level, row in survey_rows(folder):
        near: Any = {"abs": 2e-8 if year < 2026 else 1e-12}
        assert float(row["resprate"]) == pytest.approx(int(row["received"]) / int(row["distributed"]), **near)
        for stem in (stem for stem in stems(row) if row[f"{stem}.pcteval"] not in SENTINELS):
            value = {part: float(row[f"{stem}.{part}"]) for part in ("counteval", "pcteval", "basefullw", "baseevalw")}
            counts = [float(text) for text in answers(row, stem, "count").values()]
            assert value["counteval"] / value["baseevalw"] == pytest.approx(value["pcteval"], **near), (level, stem)
            assert sum(counts) == pytest.approx(value["basefullw"], rel=1e-8)
            evaluated, everybody = int(row[f"{stem}.baseevaluw"]), int(row[f"{stem}.basefulluw"])
            assert 10 <= evaluated <= everybody <= int(row["received"])
            limits = (float(row[f"{stem}.lowileval"]), float(row[f"{stem}.hiwileval"]))
            assert limits == pytest.approx(wilson(value["pcteval"], evaluated), abs=1e-4)


def test_shares_of_those_who_have_not_tried_are_of_everybody_and_others_of_those_who_have(folder: Path) -> None:
    for _, level, row in survey_rows(folder):
        for stem, outside in (("localgpservicesphone", 1), ("localgpservicesreception", 5), ("lastgpapptlisten", 6)):
            for column, text in answers(row, stem, "pct").items():
                if text not in SENTINELS:
                    base = "basefullw" if column == f"{stem}_{outside}.pct" else "baseevalw"
                    share = float(row[column.replace(".pct", ".count")]) / float(row[f"{stem}.{base}"])
                    assert float(text) == pytest.approx(share, abs=1e-7), (level, column)


def test_levels_add_up(folder: Path) -> None:
    for year in YEARS:
        rows = {level: named(rows_of(folder / "gpps" / GPPS.format(year, level))) for level in ("National", "ICS", "Practice")}
        [england] = rows["National"]
        for column in [
            "distributed",
            "received",
            *(f"{stem}.{base}" for stem in stems(england) for base in ("basefulluw", "basefullw")),
        ]:
            of_boards: dict[str, float] = defaultdict(float)
            for row in rows["Practice"]:
                of_boards[row["ad_icscode"]] += float(row[column])
            assert of_boards == pytest.approx({row["ad_icscode"]: float(row[column]) for row in rows["ICS"]})
            assert sum(of_boards.values()) == pytest.approx(float(england[column]))


def test_small_numbers_are_written_as_the_publisher_writes_them(folder: Path) -> None:
    found = defaultdict(set)
    for _, level, row in survey_rows(folder):
        found[level] |= {(row.get("ad_practicecode"), text) for text in row.values() if text in SENTINELS}
        for stem in stems(row):
            hidden = {row[f"{stem}.{part}"] == "-97" for part in ("counteval", "pcteval", "baseevaluw", "baseevalw")}
            hidden |= {text == "-97" for part in ("count", "pct") for text in answers(row, stem, part).values()}
            hidden |= {row[f"{stem}.{part}"] == "-99" for part in ("lowileval", "hiwileval")}
            assert len(hidden) == 1, (level, stem)
            assert float(row[f"{stem}.basefullw"]) > 0
            for column, text in answers(row, stem, "pct").items():
                assert not 0 < float(text) < 0.005, column
                if text == "-98":
                    share = float(row[column.replace(".pct", ".count")]) / float(row[f"{stem}.baseevalw"])
                    assert 0 < share < 0.005 + 1e-9
    assert {text for _, text in found["Practice"]} == SENTINELS
    assert len({code for code, text in found["Practice"] if text == "-97"}) == 1
    assert "-97" not in {text for level in ("National", "ICS") for _, text in found[level]}


def test_2026_writes_no_leading_zero_and_2025_does(folder: Path) -> None:
    for year, _, row in survey_rows(folder):
        assert not any(text.startswith("." if year < 2026 else "0.") for text in row.values())
        assert row["localgpservicesphone.pcteval"].startswith("0." if year < 2026 else ".")
    assert b"\r\n" in (folder / "gpps" / GPPS.format(2026, "Practice")).read_bytes()


def test_phone_access_differs_widely_and_one_network_improves(folder: Path) -> None:
    home = {code for code, row in surveyed(folder, 2026).items() if row["ad_icscode"] == demo.ICB}
    home.remove(plan.planted("phone_collapse")["practice"])  # its gain is another story
    phone: dict[tuple[int, str], float] = {}
    networks: dict[tuple[int, str], list[float]] = defaultdict(list)
    for year, level, row in survey_rows(folder):
        if level == "Practice" and row["ad_practicecode"] in home:
            phone[year, row["ad_practicecode"]] = value = float(row["localgpservicesphone.pcteval"])
            networks[year, row["ad_pcncode"]].append(value)
    first = [value for (year, _), value in phone.items() if year == 2025]
    assert min(first) < 0.38
    assert max(first) > 0.72
    network = plan.planted("network_phone")
    gain = {
        code: sum(networks[2026, code]) / len(networks[2026, code]) - sum(of_2025) / len(of_2025)
        for (year, code), of_2025 in networks.items()
        if year == 2025
    }
    assert max(gain, key=lambda code: gain[code]) == network["network"]
    assert gain[network["network"]] == pytest.approx(network["gain"], abs=0.05)


def test_one_practice_can_hardly_be_reached_by_phone_and_then_can(folder: Path) -> None:
    collapse = plan.planted("phone_collapse")
    for year in YEARS:
        row = surveyed(folder, year)[collapse["practice"]]
        low, high = (float(row[f"localgpservicesphone.{limit}"]) for limit in ("lowileval", "hiwileval"))
        assert low < collapse["phone"][year] < high, year


# --- the inpatient survey ---


def test_inpatient_workbook_adds_up(folder: Path) -> None:
    [workbook] = folder.glob("cqc_inpatient/*")
    sheets = cells(workbook, "cqc_inpatient")
    [national], trusts, scores = (sheets[name] for name in ("National_Respondents", "Trust_Respondents", "Trust_Scores"))
    assert sum(int(row["n_tpat"]) for row in trusts) == int(national["n_pat"])
    questions = [column.removesuffix("_res") for column in national if column.endswith("_res")]
    assert {"Q45", "Q46"} <= set(questions)
    for question in questions:
        assert sum(int(row[f"{question}_tres"]) for row in trusts) == int(national[f"{question}_res"])
        assert all(int(row[f"{question}_tres"]) <= int(row["n_tpat"]) for row in trusts)
    for characteristic, groups in (("sexatbirth", 4), ("gender", 3), ("age", 4), ("eth", 6), ("religion", 9), ("disabled", 3)):
        for row in trusts:
            assert sum(float(row[f"{characteristic}{k}_tpc"]) for k in range(1, groups + 1)) == pytest.approx(100)
    assert [row["n_tpat"] for row in scores] == [row["n_tpat"] for row in trusts]


def test_sections_of_one_question_repeat_it(folder: Path) -> None:
    [workbook] = folder.glob("cqc_inpatient/*")
    for row in cells(workbook, "cqc_inpatient")["Trust_Scores"]:
        for section, question in (("S09", "Q45"), ("S10", "Q46")):
            parts = [column for column in row if re.search(rf"(?<!\w){question}_|[a-z0-9]{question}$", column)]
            assert len(parts) == 9
            assert [row[part.replace(question, section)] for part in parts] == [row[part] for part in parts]


def test_bands_follow_from_the_expected_range_and_few_answers_have_no_score(folder: Path) -> None:
    [workbook] = folder.glob("cqc_inpatient/*")
    sheets = cells(workbook, "cqc_inpatient")
    answered = {row["TrustCode"]: row for row in sheets["Trust_Respondents"]}
    blank, bands = [], set()
    for row in sheets["Trust_Scores"]:
        for name in (column.removeprefix("mean") for column in row if column.startswith("mean")):
            if row[f"mean{name}"] == "":
                assert {row[f"{part}{name}"] for part in ("ll90", "ul90", "ll95", "ul95", "ll99", "ul99")} == {""}
                assert row[f"band{name}"] == "0"
                blank.append(int(answered[row["TrustCode"]][f"{name}_tres"]))
                continue
            mean = float(row[f"mean{name}"])
            below = sum(mean < float(row[f"ll{limit}{name}"]) for limit in (90, 95, 99))
            above = sum(mean > float(row[f"ul{limit}{name}"]) for limit in (90, 95, 99))
            assert 0 <= mean <= 10
            assert int(row[f"band{name}"]) == 4 - below + above
            bands.add(int(row[f"band{name}"]))
    assert len(blank) == 1
    assert 0 < blank[0] < 30
    assert bands == {1, 2, 3, 4, 5, 6, 7}


def test_support_after_leaving_hospital_falls_out_of_the_expected_range_at_one_trust(folder: Path) -> None:
    planted = plan.planted("stroke_interface")
    question = planted["cqc_inpatient"]["question"]
    [workbook] = folder.glob("cqc_inpatient/*")
    rows = {row["TrustCode"]: row for row in cells(workbook, "cqc_inpatient")["Trust_Scores"]}
    trust = rows[planted["from"]["organisation"]]
    assert trust[f"band{question}"] == "2"  # beyond 1.96, within 3.09
    assert float(trust[f"{question}_Zfinal"]) == pytest.approx(planted["cqc_inpatient"]["standard_deviations"])
    assert int(trust["bandQ46"]) >= 4  # overall, nothing shows


# --- A&E ---


def four_hour(figures: list[int]) -> float:
    """Share seen within four hours, all types, booked appointments added."""
    return 1 - sum(figures[6:12]) / sum(figures[:6])


def test_ae_organisations_add_up_to_the_total_row(folder: Path) -> None:
    for path in folder.glob("ae/*"):
        *rows, total = rows_of(path)[1:]
        assert total[:4] == ["TOTAL"] * 4
        assert [sum(map(int, column)) for column in zip(*(row[4:] for row in rows), strict=True)] == list(map(int, total[4:]))
        for row in rows:
            figures = list(map(int, row[4:]))
            assert all(late <= came for came, late in zip(figures[:6], figures[6:12], strict=True)), row
            assert min(figures) >= 0
        assert sum(map(int, total[7:10])) > 0


def test_four_hour_performance_dips_in_winter_and_one_trust_improves(folder: Path) -> None:
    seen: dict[str, dict[str, float]] = defaultdict(dict)
    for path in folder.glob("ae/*"):
        for row in rows_of(path)[1:]:
            seen[row[1]][path.stem.removeprefix("Monthly-AE-")] = four_hour(list(map(int, row[4:])))
    assert all(0.70 < level < 0.79 for level in seen["TOTAL"].values())
    for trust in ("C7X2M", "M3W6J", "TOTAL"):
        assert seen[trust]["August-2025"] - seen[trust]["December-2025"] > 0.03
    gain = {code: levels["September-2026"] - levels["October-2024"] for code, levels in seen.items()}
    assert max(gain, key=lambda code: gain[code]) == VENNMARCH
    assert gain[VENNMARCH] > 0.05
    assert gain["M3W6J"] < 0.02


def test_one_month_is_restated_after_later_ones_with_more_long_waits_at_one_trust(folder: Path) -> None:
    restated = plan.planted("restated_month")
    first, revised = (folder / "ae" / f"Monthly-AE-February-2025{suffix}.csv" for suffix in ("", "-revised"))
    differing = [
        (old["Org Code"], column, int(new[column]) - int(old[column]))
        for old, new in zip(named(rows_of(first)), named(rows_of(revised)), strict=True)
        for column in old if old[column] != new[column]
    ]  # fmt: skip
    missing = restated["missing_at_first"]
    assert differing == [(code, restated["column"], missing) for code in (restated["organisation"], "TOTAL")]
    after = folder / "ae" / "Monthly-AE-May-2025.csv"
    assert first.stat().st_mtime < after.stat().st_mtime < revised.stat().st_mtime


# --- referral to treatment ---


def test_all_functions_row_repeats_the_sum_of_the_others(folder: Path) -> None:
    for path in folder.glob("rtt/*"):
        others: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0] * 108)
        totals = {}
        for row in rtt_rows(path)[1:]:
            key, figures = (row[3], row[7], row[9]), [int(cell or 0) for cell in row[13:]]
            if row[11] == "C_999":
                totals[key] = figures
            else:
                others[key] = [a + b for a, b in zip(others[key], figures, strict=True)]
        assert totals == others
        assert {part for *_, part in totals} == {"Part_1A", "Part_1B", "Part_2", "Part_2A", "Part_3"}


def test_totals_are_filled_where_the_publisher_fills_them(folder: Path) -> None:
    path = folder / "rtt" / "20260930-RTT-September-2026-full-extract.csv.zip"
    header, *rows = rtt_rows(path)
    assert len(header) == 121
    unknown = 0
    for row in rows:
        weeks, (total, start_unknown, everything) = row[13:118], row[118:]
        waited = sum(int(week or 0) for week in weeks)
        if row[9] == "Part_3":
            assert {*weeks, total, start_unknown} == {""}
            assert int(everything) > 0
        elif row[9] in ("Part_1A", "Part_1B"):
            assert int(total) == waited
            assert int(everything) == waited + int(start_unknown)
            unknown += int(start_unknown)
        else:
            assert (total, start_unknown, int(everything)) == ("", "", waited)
    assert unknown > 0
    orphans = [row for row in rows if row[5] == ""]
    assert {(row[6], row[7], row[8]) for row in orphans} == {("", NO_PARENT, "")}


def test_one_provider_leaves_empty_weeks_blank_but_not_in_all_functions(folder: Path) -> None:
    rows = [row for row in rtt_rows(next(folder.glob("rtt/*")))[1:] if row[9] == "Part_2"]
    blank = {(row[3], row[11] == "C_999") for row in rows if "" in row[13:118]}
    assert blank == {("P1Z6G", False)}
    assert not any("0" in row[13:118] for row in rows if row[3] == "P1Z6G" and row[11] != "C_999")


def test_share_within_18_weeks_drifts_from_60_to_66_percent(folder: Path) -> None:
    shares = []
    for path in sorted(folder.glob("rtt/*")):
        rows = [row for row in rtt_rows(path)[1:] if row[9] == "Part_2" and row[11] == "C_999"]
        within = sum(int(cell) for row in rows for cell in row[13:31])
        shares.append(within / sum(int(row[120]) for row in rows))
    assert shares[0] == pytest.approx(0.60, abs=0.01)
    assert shares[-1] == pytest.approx(0.66, abs=0.01)


def test_one_month_arrives_late(folder: Path) -> None:
    arrived = [path.name[:6] for path in sorted(folder.glob("rtt/*"), key=lambda path: path.stat().st_mtime)]
    late = plan.planted("late_month")["month"].replace("-", "")
    assert arrived.index(late) == arrived.index("202508") + 1
    assert [month for month in arrived if month != late] == sorted(set(arrived) - {late})


# --- nobody real ---


def fictional_codes() -> set[str]:
    """Every code and town of the fictional system, ten times as large as usual."""
    areas = {code for icb in system.icbs(10) for area in people.areas(icb) for code in (area.code, *area.bridge)}
    locations = {code for icb in system.icbs(10) for place in icb.sub_locations for code in (place.code, place.ons_code)}
    boards = {code for icb in (*system.FORMER_ICBS, *system.icbs(10)) for code in (icb.code, icb.ons_code)}
    regions = {code for icb in system.ICBS for code in (icb.region.code, icb.region.ons_code)}
    practices = {code for p in (*system.practices(10), *system.closed_practices()) for code in (p.code, p.pcn_code)}
    trusts = {*providers.all_trusts(10), providers.INDEPENDENT}
    sites = {code for trust in trusts for code in (trust.code, *(site.code for site in trust.sites))}
    bodies = {code for body in system.BODIES for code in (body.code, body.ons_code)}
    districts = {place.ons_code for icb in system.icbs(10) for place in icb.places}
    towns = {town.upper() for icb in system.ICBS for place in icb.places for town in place.towns}
    every = areas | locations | boards | regions | practices | sites | bodies | districts | towns
    return {code for code in every if code.strip()}


def delivered_codes(folder: Path) -> set[str]:
    """Every code of an organisation, network or region that any of the first files names, and their towns."""
    codes = set()
    for name in (*LEGACY, *DSE):
        codes |= {row[k] for row in rows_of(folder / "organisations" / name) for k in (0, 2, 3, 6, 14)}
    for _, _, row in survey_rows(folder):
        codes |= {text for column, text in row.items() if column.startswith("ad_") and "code" in column}
    codes |= {row[1] for path in folder.glob("ae/*") for row in rows_of(path)[1:]}
    codes |= {row[k] for row in rtt_rows(next(folder.glob("rtt/*")))[1:] for k in (1, 3, 5, 7)}
    return {code for code in codes if code.strip()} - {"TOTAL", NO_PARENT}


def real_contents(data: Path) -> Iterator[tuple[str, bytes]]:
    """The bytes of each real file, archives unpacked; of workbooks the text without the mark-up, which is full of cell names."""
    for path in sorted(path for path in data.rglob("*") if path.suffix in (".csv", ".xlsx", ".ods", ".zip", ".gz", ".json")):
        if path.suffix == ".gz":
            yield path.name, gzip.decompress(path.read_bytes())
        elif path.suffix in (".xlsx", ".ods", ".zip"):
            with zipfile.ZipFile(path) as archive:
                for member in archive.namelist():
                    content = archive.read(member)
                    yield path.name, content if path.suffix == ".zip" else re.sub(rb"<[^>]*>", b" ", content)
        else:
            yield path.name, path.read_bytes()


def test_no_code_or_town_of_the_fictional_system_is_in_a_real_file(folder: Path) -> None:
    data = shared_data()
    codes = fictional_codes() | delivered_codes(folder)
    assert len(codes) > 20_000
    seen = 0
    for name, content in real_contents(data):
        words = {word.decode(errors="replace").upper() for word in re.findall(rb"\b[A-Z][A-Za-z0-9]{2,12}\b", content)}
        assert not codes & words, name
        seen += len(words)
    assert seen > 50_000
