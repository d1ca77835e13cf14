"""From real servers into landing and the ledger: nothing lost, nothing twice, no key where it does not belong."""

import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deliveries import RUN, execute, query
from ics_insight.errors import Refused, Unavailable
from ics_insight.landing import Landing, Web, sftp, web
from ics_insight.landing.api import pull
from ics_insight.orchestration import collecting
from ics_insight.orchestration.collecting import Delivery
from ics_insight.origins import Api, Child, Page, SftpPlace
from ics_insight.settings import settings
from ics_insight.sources import Source, registry
from servers import Asked, Reply, SftpSite, Site, Stories, sftp_site, site
from tiny_files import ae_csv

KEY = "k3y-0f-this-test"
DAY = date(2026, 9, 30)

pytestmark = pytest.mark.usefixtures("empty_warehouse", "impatient")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "WAIT_FIRST_SECONDS", 0.001)
    monkeypatch.setattr(sftp, "SETTLE_SECONDS", 0.0)


@pytest.fixture
def server() -> Iterator[Site]:
    with site() as known:
        yield known


@contextmanager
def environment(**variables: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        settings.cache_clear()
        yield
    settings.cache_clear()


def source(**places: Any) -> Source:
    """A&E, as if it came from there."""
    return registry()["ae"].model_copy(update={"urls": [], "pages": [], "per_second": 10_000, **places})


def month(number: int) -> bytes:
    return ae_csv(month=f"{datetime(2026, number, 1, tzinfo=UTC):%B}-2026".upper())


def run(of: Source, name: str = RUN, **conf: Any) -> list[Delivery]:
    """One run of a source, as its DAG strings it together."""
    found = collecting.discover(of, conf)
    collecting.take(of, found, name)
    return found


def states() -> list[tuple[Any, ...]]:
    return query("select file_name, state from ledger.extract order by file_name")


def landed(at: str = "") -> list[bytes]:
    found = query("select sha256 from ledger.extract where received_from like %s order by received_at", f"%{at}%")
    contents = []
    for (sha256,) in found:
        with Landing(settings().landing_url).local(sha256) as path:
            contents.append(path.read_bytes())
    return contents


# ---- over HTTP


def conditional(content: bytes, tag: str) -> Callable[[Asked], Reply]:
    def reply(asked: Asked) -> Reply:
        return Reply(status=304) if asked.headers.get("if-none-match") == tag else Reply(content, headers={"ETag": tag})

    return reply


def test_files_found_on_a_page_are_asked_for_again_only_for_what_changed(server: Site) -> None:
    server.pages["/stats/"] = Reply(b'<a href="/files/Monthly-AE-May-2026.csv">May</a><a href="/files/Monthly-AE-June-2026.csv">')
    server.pages["/files/Monthly-AE-May-2026.csv"] = conditional(month(5), '"1"')
    server.pages["/files/Monthly-AE-June-2026.csv"] = conditional(month(6), '"1"')
    of = source(pages=[Page(url=f"{server.address}/stats/", links=r"\.csv$")])
    run(of, "first")
    assert states() == [("Monthly-AE-June-2026.csv", "accepted"), ("Monthly-AE-May-2026.csv", "accepted")]
    server.asked.clear()
    run(of, "second")
    assert [each.headers.get("if-none-match") for each in server.asked] == [None, '"1"', '"1"']
    assert collecting.outcome(of, "second") == {"delivered": 0, "accepted": 0, "known": 0, "refused": []}
    assert query("select count(*) from ledger.receipt") == [(2,)]


def test_a_release_is_not_lost_when_a_run_ends_between_landing_and_loading(server: Site) -> None:
    """The server says that nothing changed: what it means was landed, and never loaded."""
    server.pages["/May.csv"] = conditional(month(5), '"1"')
    of = source(urls=[f"{server.address}/May.csv"])
    [delivery] = collecting.discover(of, {})
    extract_id = collecting.land(of, delivery, "killed")
    assert states() == [("May.csv", "landed")]
    assert collecting.land(of, delivery, "the next") == extract_id
    [*_, last] = server.asked
    assert last.headers["if-none-match"] == '"1"'
    run(of, "the next")
    assert states() == [("May.csv", "accepted")]


def test_an_address_of_another_source_does_not_lend_its_receipts(server: Site) -> None:
    server.pages["/May.csv"] = conditional(month(5), '"1"')
    [delivery] = collecting.discover(source(urls=[f"{server.address}/May.csv"]), {})
    collecting.land(source(), delivery, RUN)
    collecting.land(registry()["rtt"].model_copy(update={"per_second": 10_000}), delivery, RUN)
    assert query("select source from ledger.extract order by 1") == [("ae",), ("rtt",)]


@pytest.mark.parametrize("state", ["landed", "loaded"])
def test_what_a_killed_run_left_is_taken_up_when_its_origin_does_not_offer_it_again(tmp_path: Path, state: str) -> None:
    path = tmp_path / "ae" / "May.csv"
    path.parent.mkdir()
    path.write_bytes(month(5))
    [delivery] = collecting.discover(source(), {"inbox": str(tmp_path)})
    extract_id = collecting.land(source(), delivery, "killed")
    assert extract_id
    if state == "loaded":
        collecting.load_extract(source(), extract_id, "killed")
    path.unlink()
    run(source(), "the next", inbox=str(tmp_path))
    assert states() == [("May.csv", "accepted")]
    assert collecting.outcome(source(), "the next") == {"delivered": 0, "accepted": 1, "known": 0, "refused": []}
    assert collecting.discover(source(), {"inbox": str(tmp_path)}) == []


def test_trouble_with_one_file_or_place_stops_no_other(server: Site, tmp_path: Path) -> None:
    server.pages["/May.csv"] = Reply(month(5))
    server.pages["/busy.csv"] = Reply(b"busy", 503)
    server.pages["/stats/"] = Reply(b"<p>We have moved</p>")
    of = source(
        urls=[f"{server.address}/{name}.csv" for name in ("gone", "busy", "May")],
        pages=[Page(url=f"{server.address}/stats/", links="csv")],
        sftp=[SftpPlace(connection="nobody_knows", folder="/out")],
    )
    (tmp_path / "ae").mkdir()
    (tmp_path / "ae" / "unknown.csv").write_bytes(b"a,b\n1,2\n")
    with environment(ICS_INBOX=str(tmp_path)):
        found = collecting.discover(of, {})
        with pytest.raises(Unavailable) as said:
            collecting.take(of, found, "first")
        sentences = str(said.value).splitlines()
        assert len(sentences) == 5
        assert sentences[0].startswith("unknown.csv: not a known layout")
        assert "gone.csv answered 404" in sentences[1]
        assert "busy.csv answered 503 (5 attempts)" in sentences[2]
        assert "/stats/ lists no file" in sentences[3]
        assert "There is no Airflow Connection `nobody_knows`" in sentences[4]
        assert states() == [("May.csv", "accepted"), ("unknown.csv", "refused")]

        # Airflow tries again: what is done is not done again, and what was refused is said again.
        server.pages["/busy.csv"] = Reply(month(6))
        server.asked.clear()
        with pytest.raises(Unavailable) as said:
            collecting.take(of, found, "first")
        assert len(str(said.value).splitlines()) == 4
        assert server.paths() == ["/gone.csv", "/busy.csv"]
        assert [state for _, state in states()] == ["accepted", "accepted", "refused"]
        assert collecting.outcome(of, "first")["delivered"] == 3


def test_only_refusals_are_no_reason_to_try_again(tmp_path: Path) -> None:
    (tmp_path / "ae").mkdir()
    for name in ("one.csv", "two.csv"):
        (tmp_path / "ae" / name).write_text(f"a,b\n{name},2\n")
    with pytest.raises(Refused) as said:
        run(source(), inbox=str(tmp_path))
    assert [sentence.split(":")[0] for sentence in str(said.value).splitlines()] == ["one.csv", "two.csv"]


@pytest.mark.parametrize(("files", "sizes"), [(0, []), (1, [1]), (24, [1] * 24), (25, [2] * 12 + [1]), (300, [13] * 23 + [1])])
def test_up_to_24_files_have_a_task_each_and_more_share(files: int, sizes: list[int]) -> None:
    batches = collecting.batches([{"at": str(i), "seen_at": ""} for i in range(files)])
    assert [len(batch) for batch in batches] == sizes
    assert [delivery["at"] for batch in batches for delivery in batch] == [str(i) for i in range(files)]


def test_offline_means_the_drop_folder_and_nothing_else(server: Site) -> None:
    of = source(
        urls=[f"{server.address}/May.csv"], pages=[Page(url=server.address, links="csv")],
        sftp=[SftpPlace(connection="a", folder="/")], api=Api(url=server.address, connection="a", resource="opinion"),
    )  # fmt: skip
    with environment(ICS_ONLINE="false"):
        assert collecting.discover(of, {}) == []
    assert server.asked == []


# ---- whose file it is


def test_the_folder_says_who_sent_a_file(tmp_path: Path) -> None:
    of = source(senders=True)
    for sender in ("RXX", "RYY"):
        (tmp_path / "ae" / sender).mkdir(parents=True)
        (tmp_path / "ae" / sender / "May.csv").write_bytes(month(5))  # the same bytes from both
    run(of, inbox=str(tmp_path))
    assert query("select sender from ledger.current_extract order by 1") == [("RXX",), ("RYY",)]
    assert query("select count(distinct extract_id) from raw.ae") == [(2,)]
    (tmp_path / "ae" / "May.csv").write_bytes(month(5))
    (tmp_path / "ae" / "trust of June").mkdir()
    (tmp_path / "ae" / "trust of June" / "June.csv").write_bytes(month(6))
    with pytest.raises(Refused) as said:
        run(of, inbox=str(tmp_path))
    first, second = str(said.value).splitlines()
    assert first.startswith(f"May.csv: put it into {tmp_path}/ae/<ODS code of its sender>/")
    assert "“trust of June” is none" in second
    assert query("select count(*) from ledger.extract") == [(2,)]


def test_a_file_by_hand_needs_its_sender_where_several_send(tmp_path: Path) -> None:
    (tmp_path / "May.csv").write_bytes(month(5))
    file = str(tmp_path / "May.csv")
    run(source(senders=True), file=file, sender="RXX")
    assert query("select sender, received_from from ledger.extract") == [("RXX", file)]
    for of, sender, sentence in (
        (source(senders=True), "", "say whose this is"),
        (source(senders=True), "the trust", "is not an ODS code"),
        (source(), "RXX", "there is no sender to name"),
    ):
        with pytest.raises(Unavailable, match=sentence):
            collecting.discover(of, {"file": file, "sender": sender})


def test_a_restatement_replaces_that_of_its_own_sender_alone(tmp_path: Path) -> None:
    of = source(senders=True)
    for i, (sender, version) in enumerate([("RXX", 1), ("RYY", 1), ("RXX", 2)]):
        path = tmp_path / f"{i}.csv"
        path.write_bytes(month(5) + b"\n" * (version - 1))
        run(of, file=str(path), sender=sender)
    assert query("select sender, file_name from ledger.current_extract order by 1") == [("RXX", "2.csv"), ("RYY", "1.csv")]


# ---- SFTP


@pytest.fixture
def place(tmp_path: Path) -> Iterator[SftpSite]:
    (tmp_path / "root" / "out").mkdir(parents=True)
    with sftp_site(tmp_path / "root") as known:
        yield known


@contextmanager
def connection(place: SftpSite, **instead: Any) -> Iterator[None]:
    """An Airflow Connection to it, in the environment."""
    stated = {
        "conn_type": "sftp", "host": "127.0.0.1", "port": place.port, "login": place.user, "password": place.password,
        "extra": {"host_key": place.host_key}, **instead,
    }  # fmt: skip
    with environment(AIRFLOW_CONN_TRUST=json.dumps(stated)):
        yield


def from_sftp(**more: Any) -> Source:
    return source(sftp=[SftpPlace(connection="trust", folder="/out", **more)])


def test_files_come_from_sftp_once_and_again_when_they_change(place: SftpSite) -> None:
    path = place.folder / "out" / "May.csv"
    path.write_bytes(month(5))
    with connection(place):
        run(from_sftp(), "first")
        assert query("select file_name, received_from, state from ledger.extract") == [
            ("May.csv", "sftp://trust/out/May.csv", "accepted")
        ]
        path.chmod(0)  # whoever fetched it again would fail
        run(from_sftp(), "second")
        assert collecting.outcome(from_sftp(), "second")["delivered"] == 0
        path.chmod(0o600)
        path.write_bytes(month(5) + b"\n")
        run(from_sftp(), "third")
    assert path.exists()
    assert landed() == [month(5), month(5) + b"\n"]


@pytest.mark.parametrize("where", ["private_key", "key_file"])
def test_a_private_key_opens_it_as_well(place: SftpSite, tmp_path: Path, where: str) -> None:
    (place.folder / "out" / "May.csv").write_bytes(month(5))
    (tmp_path / "key").write_text(place.client_key)
    extra = {"host_key": place.host_key, where: place.client_key if where == "private_key" else str(tmp_path / "key")}
    with connection(place, password="", extra=extra):
        run(from_sftp())
    assert states() == [("May.csv", "accepted")]


@pytest.mark.parametrize(
    ("instead", "sentence"),
    [
        ({"extra": {}}, r"is not known\. It shows ssh-ed25519 with fingerprint SHA256:.*set `host_key`.*“ssh-ed25519 AAAA"),
        ({"extra": {"host_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA6rWI3G1sz07DnfFlrouTcysQlj2P+jpNSOEWD9OJ3X"}},
         "host key is not the one that is known"),
        ({"extra": {"host_key": "none of your business"}}, "is not a public key such as"),
        ({"password": "wr0ng"}, "does not let ics in; check user, password or private key"),
        ({"port": 1}, r"could not be reached \(NoValidConnectionsError\)"),
        ({"password": "", "extra": {"private_key": "no key"}}, "the private key cannot be read"),
    ],
)  # fmt: skip
def test_who_does_not_come_in_reads_what_to_set(
    place: SftpSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, instead: dict[str, Any], sentence: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))  # no known_hosts
    if "host_key" not in instead.get("extra", {}) and "private_key" in instead.get("extra", {}):
        instead = {**instead, "extra": {**instead["extra"], "host_key": place.host_key}}
    with connection(place, **instead), pytest.raises(Refused, match=sentence) as said:
        run(from_sftp())
    assert place.password not in str(said.value)
    assert "wr0ng" not in str(said.value)
    assert states() == []


def test_what_is_still_being_written_is_left_for_next_time(place: SftpSite, monkeypatch: pytest.MonkeyPatch) -> None:
    out = place.folder / "out"
    for name in ("May.csv.filepart", "May.csv.part", ".May.csv", "May.tmp"):
        (out / name).write_bytes(month(5)[:100])
    growing = out / "June.csv"
    growing.write_bytes(month(6)[:100])
    with connection(place):
        with monkeypatch.context() as while_looking:
            settled = sftp.settled_files
            grow = lambda _: growing.write_bytes(month(6)[:200])  # noqa: E731
            while_looking.setattr(sftp, "settled_files", lambda *given: settled(*given, sleep=grow))
            assert collecting.discover(from_sftp(), {}) == []
        found = collecting.discover(from_sftp(), {})
        growing.write_bytes(month(6))  # it grew after it was listed
        collecting.take(from_sftp(), found, "first")
        assert states() == []
        run(from_sftp(), "second")
    assert states() == [("June.csv", "accepted")]


def test_a_file_that_vanished_is_said_and_stops_no_other(place: SftpSite) -> None:
    for number, name in ((5, "May.csv"), (6, "June.csv")):
        (place.folder / "out" / name).write_bytes(month(number))
    with connection(place):
        found = collecting.discover(from_sftp(), {})
        (place.folder / "out" / "May.csv").unlink()
        with pytest.raises(Unavailable, match=r"/out/May\.csv was taken away before it could be fetched"):
            collecting.take(from_sftp(), found, RUN)
    assert states() == [("June.csv", "accepted")]


def test_a_folder_that_is_not_there_is_said(place: SftpSite) -> None:
    shutil.rmtree(place.folder / "out")
    with connection(place), pytest.raises(Refused, match=r"folder /out could not be listed \(FileNotFoundError\)"):
        run(from_sftp())


def test_the_folder_on_the_server_says_who_sent_a_file(place: SftpSite) -> None:
    for folder, number in (("RXX", 5), ("RYY", 6), ("archive", 7)):
        (place.folder / "out" / folder).mkdir()
        (place.folder / "out" / folder / "a.csv").write_bytes(month(number))
    with connection(place):
        run(from_sftp().model_copy(update={"senders": True}))
        assert query("select sender from ledger.extract order by 1") == [("RXX",), ("RYY",)]
        (place.folder / "out" / "b.csv").write_bytes(month(8))
        with pytest.raises(Refused, match=r"b\.csv: put it into sftp://trust/out/<ODS code of its sender>/"):
            run(from_sftp().model_copy(update={"senders": True}))
        run(from_sftp(sender="RZZ").model_copy(update={"senders": True}))
    assert query("select file_name from ledger.extract where sender = 'RZZ'") == [("b.csv",)]


# ---- a paged API


def stories(count: int, **more: Any) -> Stories:
    items = [{"id": 1_000 + i, "title": f"Story {i}", "progress": "Unread story", "score": 0.1} for i in range(count)]
    return Stories(KEY, items, **more)


def api(server: Site, **more: Any) -> Api:
    stated: dict[str, Any] = {
        "url": f"{server.address}/api/v2/opinions", "connection": "care_opinion", "resource": "opinion",
        "header": "Authorization: SUBSCRIPTION_KEY {key}", "after": "submittedonafter", "per_second": 10_000,
        "parameters": {"dateofpublicationorder": "ascending"}, **more,
    }  # fmt: skip
    return Api(**stated)


def pulled(server: Site, of: Stories, **more: Any) -> list[dict[str, Any]]:
    of.serve_on(server)
    with pull(api(server, **more), KEY, DAY, Web(sleep=lambda _: None, redirects=False)) as found:
        return [json.loads(line) for line in found.stream.read().decode().splitlines()]


def children(server: Site) -> dict[str, Any]:
    return {"children": [Child(name="responses", url=f"{server.address}/api/v2/opinions/{{id}}/responses")]}


def test_all_pages_are_pulled_with_the_key_in_a_header_and_the_first_day(server: Site) -> None:
    lines = pulled(server, stories(250))
    assert [line["id"] for line in lines] == list(range(1_000, 1_250))
    assert lines[0] == {"resource": "opinion", "of": None, "id": 1_000, "item": stories(1).items[0]}
    first, *_, last = server.asked
    assert first.query == {
        "take": "100", "skip": "0", "dateofpublicationorder": "ascending", "submittedonafter": (DAY - timedelta(730)).isoformat()
    }  # fmt: skip
    assert first.headers["authorization"] == f"SUBSCRIPTION_KEY {KEY}"
    assert not any(KEY in each.line for each in server.asked)
    assert last.query["take"] == "1"  # a second look at the beginning


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 199, 200])
def test_a_list_of_any_length_is_whole(server: Site, count: int) -> None:
    assert len(pulled(server, stories(count))) == count


def test_a_service_that_gives_fewer_a_page_than_it_is_asked_for_loses_none(server: Site) -> None:
    assert len(pulled(server, stories(120, most=50))) == 120


def insert_first(of: Stories, page: int) -> None:
    if page <= 2:
        of.items.insert(0, {"id": 5_000 + page})


def withdraw_one(of: Stories, page: int) -> None:
    if page == 2:
        del of.items[50]


def withdraw_first(of: Stories, page: int) -> None:
    if page == 2:
        del of.items[0]


def add_last(of: Stories, page: int) -> None:
    if page <= 2:
        of.items.append({"id": 5_000 + page})


def exchange(of: Stories, page: int) -> None:
    """One goes and one comes before what is read next: the pages fit together, and their first item gives it away."""
    if page == 2:
        of.items[:1] = [{"id": 5_000}]


@pytest.mark.parametrize("then", [insert_first, withdraw_one, withdraw_first, add_last, exchange])
def test_items_that_come_and_go_between_pages_are_neither_lost_nor_counted_twice(
    server: Site, then: Callable[[Stories, int], None]
) -> None:
    of = stories(350, then=then)
    lines = pulled(server, of)
    assert sorted(line["id"] for line in lines) == sorted(item["id"] for item in of.items)


def test_a_list_that_never_holds_still_is_given_up(server: Site) -> None:
    def restless(of: Stories, page: int) -> None:
        of.items.insert(0, {"id": 5_000 + page})

    with pytest.raises(Unavailable, match="changed during each of 5 readings; nothing was taken"):
        pulled(server, stories(150, then=restless))


def test_responses_belong_to_their_story(server: Site) -> None:
    of = stories(2, responses={1_001: [{"id": 9, "changeMessage": "made"}, {"id": 7}]})
    lines = pulled(server, of, **children(server))
    assert [(line["resource"], line["of"], line["id"]) for line in lines] == [
        ("opinion", None, 1_000), ("opinion", None, 1_001), ("responses", 1_001, 7), ("responses", 1_001, 9)
    ]  # fmt: skip


def test_one_spoilt_story_costs_only_itself(server: Site) -> None:
    lines = pulled(server, stories(250, spoilt={1_130}))
    assert {line["id"] for line in lines} == {None, *range(1_000, 1_250)} - {1_130}
    assert [line for line in lines if line["item"] is None] == [{"resource": "opinion", "of": None, "id": None, "item": None}]


def test_responses_that_cannot_be_had_are_not_taken_for_none(server: Site) -> None:
    stories(2).serve_on(server)
    server.pages["/api/v2/opinions/1000/responses"] = Reply(b'"Sorry! Something went wrong."')
    server.pages["/api/v2/opinions/1001/responses"] = Reply(b"trouble", 500)
    with pull(api(server, **children(server)), KEY, DAY, Web(sleep=lambda _: None)) as found:
        lines = [json.loads(line) for line in found.stream.read().splitlines()]
        assert found.missing == 2
    assert [line for line in lines if line["resource"] == "responses"] == [
        {"resource": "responses", "of": number, "id": None, "item": None} for number in (1_000, 1_001)
    ]


def test_a_service_that_gives_hardly_anything_is_given_up(server: Site) -> None:
    with pytest.raises(Unavailable, match="could not give more than 10 items: it sent no list of items; nothing was taken"):
        pulled(server, stories(50, spoilt=set(range(1_000, 1_050))))


def test_a_service_that_asks_for_patience_gets_it(server: Site) -> None:
    of = stories(1)
    replies = [Reply(status=429, headers={"Retry-After": "3"}), Reply(status=429, headers={"Retry-After": "2"})]
    server.pages["/api/v2/opinions"] = lambda asked: replies.pop(0) if replies else of.page(asked)
    slept: list[float] = []
    with pull(api(server), KEY, DAY, Web(sleep=slept.append)) as found:
        assert found.items == 1
    assert slept == [3, 2]


def test_pulls_become_extracts_and_only_a_change_makes_another(server: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    of = stories(3, responses={1_002: [{"id": 7, "links": [{"href": f"https://api.example/?key={KEY}"}]}]})
    of.serve_on(server)
    from_api = source(api=api(server, **children(server)))
    with environment(AIRFLOW_CONN_CARE_OPINION=json.dumps({"conn_type": "http", "password": KEY})):
        found = collecting.discover(from_api, {})
        first = collecting.land(from_api, found[0], "one")
        later: Delivery = {**found[0], "seen_at": "2026-10-01T05:00:00+00:00"}
        assert collecting.land(from_api, later, "two") == first
        of.items[0]["progress"] = "Story heard"
        last: Delivery = {**found[0], "seen_at": "2026-10-02T05:00:00+00:00"}
        assert collecting.land(from_api, last, "three") != first
    assert states()[-1] == (f"ae_{datetime.fromisoformat(found[0]['seen_at']):%Y-%m-%d}.jsonl", "landed")
    assert ("ae_2026-10-02.jsonl", "landed") in states()
    before, after = landed()
    assert before.count(b"\n") == after.count(b"\n") == 4
    everything = [before, after, caplog.text.encode(), str(query("select * from ledger.extract")).encode()]
    everything += [str(query("select * from ledger.receipt")).encode(), json.dumps(found).encode()]
    everything += [path.read_bytes() for path in settings().home.rglob("*") if path.is_file() and "postgres" not in path.parts]
    assert not any(KEY.encode() in each for each in everything)
    assert any(b"?key=[key]" in each for each in everything)  # which the service had repeated


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_not_taken_is_said_without_it(server: Site, status: int) -> None:
    server.pages["/api/v2/opinions"] = Reply(status=status)
    with (
        pytest.raises(Unavailable, match="password of the Airflow Connection `care_opinion`") as said,
        pull(api(server), KEY, DAY, Web()),
    ):
        pass
    assert KEY not in str(said.value)


def test_a_key_follows_no_redirect(server: Site) -> None:
    server.pages["/api/v2/opinions"] = Reply(status=302, headers={"Location": f"{server.address}/elsewhere"})
    from_api = source(api=api(server))
    with (
        environment(AIRFLOW_CONN_CARE_OPINION=json.dumps({"conn_type": "http", "password": KEY})),
        pytest.raises(Unavailable, match="answered 302"),
    ):
        run(from_api)
    assert server.paths() == ["/api/v2/opinions"]


def test_a_connection_without_a_key_is_said(server: Site) -> None:
    with (
        environment(AIRFLOW_CONN_CARE_OPINION=json.dumps({"conn_type": "http"})),
        pytest.raises(Unavailable, match="`care_opinion` has no password, which is the key"),
    ):
        run(source(api=api(server)))


# ---- what an installation states otherwise


def test_an_icb_states_places_and_schedules_in_the_environment_alone() -> None:
    with environment(
        ICS_SOURCES__AE__SCHEDULE="0 6 * * *", ICS_SOURCES__AE__PAGES="[]", ICS_SOURCES__AE__URLS='["https://mirror.example/May.csv"]',
        ICS_SOURCES__CQC_INPATIENT__SFTP='[{"connection": "trust", "folder": "/out", "sender": "RXX"}]',
    ):  # fmt: skip
        found = registry()
        assert (found["ae"].schedule, found["ae"].pages, found["ae"].urls) == ("0 6 * * *", [], ["https://mirror.example/May.csv"])
        assert found["cqc_inpatient"].sftp == [SftpPlace(connection="trust", folder="/out", sender="RXX")]
        assert found["cqc_inpatient"].pages != []
    assert registry()["ae"].schedule == "30 9 * * 4"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("ICS_SOURCES__EA__URLS", "[]", r"^ICS_SOURCES__EA__… is about a source that is not there\. Known: organisations"),
        ("ICS_SOURCES__AE__SHEDULE", "0 6 * * *", r"^The settings are not right: ICS_SOURCES__AE__SHEDULE is not a setting\.$"),
        ("ICS_SOURCES__AE__URLS", "https://s3cret@mirror.example", r"ICS_SOURCES__AE__URLS should be a valid list"),
        ("ICS_SOURCES__AE__PAGES", '[{"url": "https://s3cret@x", "links": "("}]', r"PAGES__0__LINKS is not a regular expression"),
        ("ICS_SOURCES__AE__SFTP", '[{"connection": "a", "folder": "/", "sender": "a trust"}]', "SENDER is not an ODS code"),
        ("ICS_PORT", "s3cret", "ICS_PORT should be a valid integer"),
    ],
)  # fmt: skip
def test_what_is_stated_wrongly_is_refused_in_a_sentence(name: str, value: str, sentence: str) -> None:
    with environment(**{name: value}), pytest.raises(Unavailable, match=sentence) as said:
        registry()
    assert "s3cret" not in str(said.value)
    assert os.environ.get(name) is None
    assert execute("select 1") is None  # the settings are those of before again
