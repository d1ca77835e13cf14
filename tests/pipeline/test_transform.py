"""Building the marts with dbt on a real warehouse: in any order of arrival, month by month, and failing in words."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

import free_words
from conftest import empty
from deliveries import execute, query
from ics_insight import assurance, demo
from ics_insight.errors import BuildFailed
from ics_insight.orchestration import building, collecting
from ics_insight.settings import PROJECT
from ics_insight.sources import registry
from ics_insight.warehouse import connect
from tiny_files import AE_NAME, MARK, ae_csv

REGISTERED = (
    "select extract_id, period_end from ledger.extract where source = 'organisations' and state = 'accepted' order by 1 limit 1"
)
LAYERS = ["vocabulary", "staging", "intermediate", "marts"]


def deliver(inbox: Path, *sources: str) -> None:
    for name in sources:
        source = registry()[name]
        for delivery in collecting.discover(source, {"inbox": str(inbox)}):
            extract_id = collecting.land(source, delivery, "test")
            assert extract_id
            collecting.load_extract(source, extract_id, "test")
            assurance.check(source, extract_id, "test")


def build(*layers: str) -> None:
    for layer in layers or LAYERS:
        building.build(layer)


def lines(relation: str) -> list[str]:
    with connect() as connection:
        return [line for (line,) in connection.execute(f"select t::text from {relation} as t order by 1")]  # type: ignore[call-overload]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    demo.write(tmp_path, months=3, only=("organisations", "ae", "cqc_inpatient", "gpps", "rtt"))
    for later in [*(tmp_path / "ae").glob("*September*"), *(tmp_path / "rtt").glob("*September*")]:
        (tmp_path / "later" / later.parent.name).mkdir(parents=True, exist_ok=True)
        shutil.move(later, tmp_path / "later" / later.parent.name)
    return tmp_path


@pytest.mark.usefixtures("empty_warehouse")
def test_it_does_not_matter_whether_the_register_or_the_figures_come_first(inbox: Path) -> None:
    deliver(inbox, "organisations", "ae", "cqc_inpatient", "rtt", "gpps")
    build()
    marts = ("marts.fct_measure", "marts.fct_operational", "marts.dim_organisation", "marts.dim_measure")
    expected = {mart: lines(mart) for mart in marts}
    assert not any("UNK" in line for line in expected["marts.fct_operational"] if demo.ICB in line)

    empty()
    deliver(inbox, "ae", "cqc_inpatient")
    build()
    assert {line.split(",")[0] for line in lines("marts.fct_operational")} == {"(UNK", "(ENG"}  # nobody has said yet whose they are
    deliver(inbox, "gpps", "rtt", "organisations")
    build()
    for mart in marts:
        assert lines(mart) == expected[mart], mart


@pytest.mark.usefixtures("empty_warehouse")
def test_a_row_for_which_its_publisher_names_no_board_gets_one_when_the_register_comes(tmp_path: Path) -> None:
    demo.write(tmp_path, months=1, only=("organisations", "cancer_survey", "fft"))
    for path in (tmp_path / "fft").iterdir():
        if not re.search("(?i)-inpatient-|[_-]ip[_-]", path.name):  # one setting is enough
            path.unlink()
    boards = """select distinct icb_code = 'UNK', icb_basis from marts.fct_measure
                where source = %s and organisation_level = %s order by 1"""

    def built(*how: str) -> list[str]:
        building.invoke(["run", *how, "--select", "+fct_measure", "--exclude", "path:seeds"])
        return lines("marts.fct_measure")

    deliver(tmp_path, "cancer_survey")
    building.invoke(["seed"])
    built()
    assert query(boards, "cancer_survey", "trust") == [(True, "register")]
    deliver(tmp_path, "organisations", "fft")
    found = built()
    assert query(boards, "cancer_survey", "trust") == [(False, "register")]
    assert query(boards, "fft", "provider") == [(False, "publisher"), (True, "publisher")]  # of some it says that they are nobody's
    assert found == built("--full-refresh")


@pytest.mark.usefixtures("empty_warehouse")
def test_a_new_month_touches_no_row_of_the_months_before(inbox: Path) -> None:
    deliver(inbox, "organisations", "ae", "rtt", "gpps")
    build()
    written = "select extract_id, array_agg(ctid::text || xmin::text order by ctid) from marts.{} group by 1"
    facts = ("fct_operational", "fct_measure")
    with connect() as connection:
        before = {fact: dict(connection.execute(written.format(fact)).fetchall()) for fact in facts}  # type: ignore[call-overload]
    deliver(inbox / "later", "ae", "rtt")
    build()
    with connect() as connection:
        after = {fact: dict(connection.execute(written.format(fact)).fetchall()) for fact in facts}  # type: ignore[call-overload]
    assert after["fct_measure"] == before["fct_measure"]
    assert len(after["fct_operational"]) == len(before["fct_operational"]) + 2
    assert {extract: after["fct_operational"][extract] for extract in before["fct_operational"]} == before["fct_operational"]


@pytest.mark.usefixtures("empty_warehouse")
def test_nothing_new_is_built_as_nothing_until_a_file_comes(inbox: Path) -> None:
    deliver(inbox, "organisations", "ae")
    build()
    tables = "select oid from pg_class where relname = 'dim_organisation' and relnamespace = 'marts'::regnamespace"
    before = query(tables)
    assert [building.build(layer) for layer in LAYERS[1:]] == [f"{layer}: nothing new." for layer in LAYERS[1:]]
    assert query(tables) == before
    deliver(inbox, "rtt")
    # marts are made of what the layer before them holds, and that is what it was
    assert building.build("marts") == "marts: nothing new."
    build()
    assert query(tables) != before
    assert query("select distinct source from marts.fct_operational order by 1") == [("ae",), ("rtt",)]


@pytest.mark.usefixtures("empty_warehouse")
def test_a_figure_that_cannot_be_stops_the_build_with_the_name_of_what_it_broke(inbox: Path) -> None:
    deliver(inbox, "organisations", "ae", "rtt", "gpps", "cqc_inpatient")
    with connect() as connection:  # as if a check had let it through
        connection.execute("update raw.cqc_inpatient set cells[array_length(cells, 1) - 8] = '7.5' where sheet = 'Trust_Scores'")
        connection.execute(
            """update raw.gpps set cells[array_position(names, 'overallexp.pcteval')] = '75.5' from raw.header
               where header.extract_id = gpps.extract_id and names[1] = 'national'"""
        )
    with pytest.raises(BuildFailed, match=r"fct_measure: .*violates check constraint .*fct_measure\w*_check") as failed:
        build()
    assert "75.5" not in str(failed.value)  # the row stays in the database: of other tables it is a person's


@pytest.fixture(scope="module")
def register(database: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The register of organisations, up to where dbt's own tests of models begin."""
    empty()
    inbox = tmp_path_factory.mktemp("register")
    demo.write(inbox, months=1, only=("organisations",))
    deliver(inbox, "organisations")
    build()


@pytest.mark.usefixtures("register")
def test_the_unit_tests_of_the_models_hold() -> None:
    ran = building.invoke(["test", "--select", "test_type:unit"])
    described = (PROJECT / "dbt_project/models").rglob("*.yml")
    assert sorted(ran) == sorted(
        test["name"] for path in described for test in yaml.safe_load(path.read_text()).get("unit_tests", [])
    )
    assert len(ran) > 8


@pytest.mark.usefixtures("register")
def test_what_somebody_wrote_stands_in_no_cell_that_analysts_read(tmp_path: Path) -> None:
    deliver(tmp_path, *free_words.write(tmp_path))
    build(*LAYERS[:-1])
    execute("update ledger.extract set changed_at = now() where source = 'pals'")  # something becomes of it meanwhile
    build(LAYERS[-1], "published")
    assert dict(query("select source, count(*) from marts.fct_voice group by source")) == free_words.VOICES
    # marts take no account of what the layer before them has not seen
    known = query("select distinct source from ledger.extract natural join ledger.built_extract where layer = 'marts'")
    assert {source for (source,) in known} == {"organisations", *free_words.VOICES} - {"pals"}
    relations = query(
        """select relation.oid::regclass::text from pg_class as relation
           where relnamespace in ('marts'::regnamespace, 'published'::regnamespace) and relkind in ('r', 'v', 'm')"""
    )
    assert len(relations) > 40
    holding = {name: f"select count(*) from {name} as t where t::text ilike %s" for (name,) in relations}
    assert {name for name, asked in holding.items() if query(asked, f"%{MARK}%") != [(0,)]} == set()

    # and all that words are for goes on
    assert query("select known_by, count(*) from marts.bridge_voice_continued group by 1") == [("both", 2)]
    assert query("select source, contacts, services from marts.journey order by 1") == [
        ("care_opinion", 2, 2), ("engagement", 2, 2), ("pals", 3, 2),
    ]  # fmt: skip
    placed = "select count(*) from marts.bridge_voice_touchpoint where scheme = 'place' and touchpoint_code = 'ward'"
    assert query(placed) == [(5,)]
    assert query("select count(*) from marts.bridge_voice_code where code = 'stroke unit'") == [(5,)]
    [(unknown, voices)] = query(
        """select count(distinct code), count(distinct voice_id) from marts.bridge_voice_code
           where scheme = 'place' and starts_with(code, 'unknown ')"""
    )
    assert unknown < voices
    # one that no register has is told, and stops nothing
    assert query("select count(*) from marts.pathway_experience where organisation_code = %s", free_words.UNREGISTERED) != [(0,)]


@pytest.mark.usefixtures("register")
def test_a_build_of_another_project_that_fails_is_made_good_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of the tables may be the other project's: nothing new is not nothing to do."""
    build("intermediate")
    assert building.build("intermediate") == "intermediate: nothing new."
    with monkeypatch.context() as patch:
        patch.setattr(building, "project_fingerprint", lambda: "another")
        patch.setitem(building.LAYERS, "intermediate", ["path:models/intermediate", "--no-such-flag"])
        with pytest.raises(BuildFailed):
            building.build("intermediate")
    assert re.fullmatch(r"intermediate: \d+ models and tests[.]", building.build("intermediate"))


@pytest.mark.usefixtures("register")
def test_rows_are_tested_with_their_file_and_not_again() -> None:
    """A row that a test of single rows forbids is found in a new file. One that passed is not asked again: nothing changes it."""
    asked = ["test", "--select", "stg_organisations__snapshots,test_name:every_row"]
    build("vocabulary", "staging")
    [(extract_id, ends)] = query(REGISTERED)
    execute("update ledger.extract set period_end = null where extract_id = %s", extract_id)
    building.invoke(asked)
    execute("delete from ledger.built_extract where layer = 'staging' and extract_id = %s", extract_id)
    with pytest.raises(BuildFailed, match=r"stg_organisations__snapshots: as_at is not null does not hold in \d+ rows"):
        building.invoke(asked)
    execute("update ledger.extract set period_end = %s where extract_id = %s", ends, extract_id)
    build("staging")
    tested = "select extract_id from ledger.built_extract where layer = 'staging'"
    assert query(f"select extract_id from ledger.extract where state = 'accepted' except {tested}") == []


@pytest.mark.usefixtures("register")
def test_a_key_that_a_new_file_shares_with_an_old_one_is_found(tmp_path: Path) -> None:
    """Either file holds it once, and only one of them is new."""
    (tmp_path / "ae").mkdir()
    (tmp_path / "ae" / AE_NAME).write_bytes(ae_csv())
    deliver(tmp_path, "ae")
    build("vocabulary", "staging")
    other = '{{"extract_id": "again", "part": "again", "sha256": "again"}}'
    again = f"""insert into {{0}} select (jsonb_populate_record(row, '{other}')).*
               from {{0}} as row where extract_id in (select extract_id from ledger.extract where source = 'ae')"""
    tables = ("ledger.extract", "raw.header", "raw.ae")
    for table in tables:
        execute(again.format(table))
    with pytest.raises(BuildFailed, match="Got 3 results"):
        building.invoke(["test", "--select", "unique_together_stg_ae__attendances_period_start__organisation_code"])
    for table in reversed(tables):
        execute(f"delete from {table} where extract_id = 'again'")


@pytest.mark.usefixtures("register")
def test_views_stay_while_the_project_does_and_are_tested_all_the_same() -> None:
    made = "select oid, relname::text from pg_class where relnamespace in ('vocabulary'::regnamespace, 'staging'::regnamespace)"
    before = dict(query(made))
    build("vocabulary", "staging")
    assert dict(query(made)) == before
    execute("drop view staging.stg_organisations__successions cascade")
    execute("drop table vocabulary.log_word cascade")
    build("vocabulary", "staging")
    assert sorted(dict(query(made)).values()) == sorted(before.values())
    # One new file, and rows of all older ones twice, as if it had brought them again and a check had let that through.
    [(came, _)] = query(REGISTERED)
    execute("insert into raw.organisations select * from raw.organisations where extract_id <> %s", came)
    build("staging")  # nothing new
    execute("update ledger.extract set changed_at = now() where extract_id = %s", came)
    with pytest.raises(BuildFailed, match="stg_organisations"):
        build("staging")
