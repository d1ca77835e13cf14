"""What readers share: opening what was delivered, recognising its layout, and yielding its rows as Arrow batches.

Readers know nothing of Airflow or the database.
"""

from ics_insight.sources.reading.benchmarks import Survey, open_benchmarks
from ics_insight.sources.reading.dates import month
from ics_insight.sources.reading.documents import document_batches, parse
from ics_insight.sources.reading.monthly import read_monthly_csv
from ics_insight.sources.reading.opening import BLOCK, CsvFile, kind, open_csv, open_csvs
from ics_insight.sources.reading.recognising import recognise
from ics_insight.sources.reading.results import Reading
from ics_insight.sources.reading.rows import cell_batches, csv_header, peek, typed_batches
from ics_insight.sources.reading.tables import Table, Tables, open_tables
from ics_insight.sources.reading.workbooks import Workbook, cell_text, open_workbook

__all__ = [
    "BLOCK", "CsvFile", "Reading", "Survey", "Table", "Tables", "Workbook", "cell_batches", "cell_text", "csv_header",
    "document_batches", "kind", "month", "open_benchmarks", "open_csv", "open_csvs", "open_tables", "open_workbook", "parse",
    "peek", "read_monthly_csv", "recognise", "typed_batches",
]  # fmt: skip
