"""How sources stand on a day: current, stale or empty."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from deliveries import checked, deliver
from ics_insight.orchestration import overview
from ics_insight.sources import registry
from tiny_files import AE_NAME, ae_csv

NEWEST = date(2024, 6, 30)


@pytest.mark.usefixtures("cleared_warehouse")
def test_a_source_is_stale_from_the_day_after_its_age(tmp_path: Path) -> None:
    checked("ae", deliver(tmp_path, "ae", ae_csv(month="JUNE-2024"), AE_NAME))
    last_day = NEWEST + timedelta(days=registry()["ae"].max_age_days)
    for day, state in ((NEWEST, "current"), (last_day, "current"), (last_day + timedelta(days=1), "stale")):
        found = {each["source"]: each["state"] for each in overview.status(day)["sources"]}
        assert found.pop("ae") == state
        assert set(found.values()) == {"empty"}
