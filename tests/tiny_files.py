"""Small files in publishers' layouts about organisations that do not exist, for tests to change one thing in.

Every data row holds MARK, so that a sentence that quotes one gives itself away.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence

from ics_insight.demo.files import Cell, csv_bytes, ods_bytes
from ics_insight.sources import registry

MARK = "Xanadu"
Rows = list[list[Cell]]

AE_NAME = "Monthly-AE-June-2024.csv"
AE_HEADER: list[Cell] = [*registry()["ae"].layouts[0].columns]
RTT_NAME = "20260430-RTT-April-2026-full-extract.csv"
RTT_HEADER: list[Cell] = [*registry()["rtt"].layouts[0].columns]
GPPS_NAME = "GPPS_2025_Practice_data_(weighted)_(csv)_PUBLIC.csv"
CQC_NAME = "Adult-Inpatient-Survey-2022.ods"
ODS_NAME = "epraccur.csv"


def ae_rows(codes: Sequence[str] = ("X1X1X", "X2X2X", "X3X3X"), month: str = "JUNE-2024") -> Rows:
    """Header, an organisation per code with 10, 20, 30, … in every number, and the total row that they add up to."""
    rows: Rows = [
        [f"MSitAE-{month}", code, f"{MARK} region", f"{MARK} hospital", *[10 * n] * 18] for n, code in enumerate(codes, 1)
    ]
    return [[*AE_HEADER], *rows, ["TOTAL", "TOTAL", "TOTAL", "TOTAL", *[10 * sum(range(1, len(codes) + 1))] * 18]]


def ae_csv(codes: Sequence[str] = ("X1X1X", "X2X2X", "X3X3X"), month: str = "JUNE-2024") -> bytes:
    return csv_bytes(ae_rows(codes, month))


def rtt_rows(providers: Sequence[str] = ("X1X1X", "X2X2X"), month: str = "April-2026") -> Rows:
    """Header, and for each provider two treatment functions with 7 and 5 pathways, and the 12 of both."""
    rows: Rows = []
    for provider in providers:
        names: list[Cell] = [
            f"RTT-{month}",
            "QZZ",
            f"{MARK} board",
            provider,
            f"{MARK} hospital",
            "QZZ",
            f"{MARK} board",
            "00Z",
            MARK,
        ]
        for function, pathways in (("C_100", 7), ("C_130", 5), ("C_999", 12)):
            bands: list[Cell] = [pathways, *[0] * 104]
            rows.append([*names, "Part_2", "Incomplete Pathways", function, MARK, *bands, None, None, pathways])
    return [[*RTT_HEADER], *rows]


GPPS_IDS: list[Cell] = [
    "ad_practicecode", "ad_practicename", "ad_icscode", "ad_icsname", "ad_icscodeons", "ad_commissioningregioncode",
    "ad_commissioningregionname", "ad_pcncode", "ad_pcnname", "distributed", "received", "resprate",
]  # fmt: skip
GPPS_MEASURES: list[Cell] = [
    f"{stem}.{suffix}"
    for stem in ("localgpservicesphone", "lastgpapptlisten", "overallexp")
    for suffix in ("pcteval", "baseevaluw", "lowileval", "hiwileval")
]
GPPS_HEADER: list[Cell] = [*GPPS_IDS, *GPPS_MEASURES, "popsize"]


def gpps_rows(codes: Sequence[str] = ("X10001", "X10002", "X10003")) -> Rows:
    """Header, and practices at which 40 of 100 answered and 0.5 of 40 are content, give or take 0.1."""
    rows: Rows = [
        [
            code, f"{MARK} surgery", "QZZ", f"{MARK} board", "E54000999", "Y99", f"{MARK} region", "U99999", f"{MARK} network",
            "100", "40", "0.4", *["0.5", "40", "0.4", "0.6"] * 3, "9000",
        ]
        for code in codes
    ]  # fmt: skip
    return [[*GPPS_HEADER], *rows]


def organisation(code: str, status: str = "A", setting: str = "4", opened: str = "20240401", joined: str = "") -> list[Cell]:
    """One row of 27 columns: with the defaults, a practice in the legacy dialect."""
    row: list[Cell] = [""] * 27
    row[:4] = [code, f"{MARK} surgery", "Y99", "QZZ"]
    row[9], row[10], row[12], row[15], row[25] = "ZZ1 1ZZ", opened, status, joined, setting
    return row


def cqc_sheets(trusts: Sequence[str] = ("X1X", "X2X")) -> dict[str, Rows]:
    """The four sheets that are looked at: 40 respondents at each trust, and all of them in England."""
    nine = ["mean", "ll90", "ul90", "ll95", "ul95", "ll99", "ul99", "band"]
    header: list[Cell] = ["TrustCode", "trustname", "n_tpat", *(f"{each}Q46" for each in nine), "Q46_Zfinal"]
    scores: Rows = [[code, f"{MARK} trust", 40, 8.125, 7.5, 8.5, 7.4, 8.6, 7.3, 8.7, 4, 0.25] for code in trusts]
    people: Rows = [[code, f"{MARK} trust", 40, 40, 38.5] for code in trusts]
    return {
        "Guidance": [["NHS Adult Inpatient Survey 2022"]],
        "Trust_Scores": [header, *scores],
        "Trust_Respondents": [["TrustCode", "trustname", "Q46_tres", "n_tpat", "tr_rate"], *people],
        "National_Respondents": [["Q46_res", "n_pat", "r_rate"], [40 * len(trusts), 40 * len(trusts), 38.5]],
    }


def cqc_ods(trusts: Sequence[str] = ("X1X", "X2X")) -> bytes:
    return ods_bytes(cqc_sheets(trusts))


def packed(members: Mapping[str, bytes]) -> bytes:
    """A zip as desktops write it: deflated."""
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return to.getvalue()
