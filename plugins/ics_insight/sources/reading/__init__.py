"""What readers share: opening what was delivered, recognising its layout, and yielding its rows as Arrow batches.

Readers know nothing of Airflow or the database.
"""

from ics_insight.sources.reading.benchmarks import Survey, open_benchmarks
from ics_insight.sources.reading.contacts import refuse_contacts
from ics_insight.sources.reading.dates import month, whole_month
from ics_insight.sources.reading.days import day
from ics_insight.sources.reading.documents import document_batches, parse
from ics_insight.sources.reading.logs import read_log
from ics_insight.sources.reading.monthly import read_monthly_csv
from ics_insight.sources.reading.names import day_in_name, months_in_name
from ics_insight.sources.reading.opening import BLOCK, CsvFile, kind, open_csv, open_csvs
from ics_insight.sources.reading.recognising import recognise, refuse_another
from ics_insight.sources.reading.results import Reading
from ics_insight.sources.reading.rows import cell_batches, csv_header, peek, typed_batches
from ics_insight.sources.reading.tables import Table, Tables, open_tables, tables_of
from ics_insight.sources.reading.workbooks import Workbook, cell_text, open_workbook
from ics_insight.sources.reading.yearly import read_yearly_csvs

__all__ = [
    "BLOCK", "CsvFile", "Reading", "Survey", "Table", "Tables", "Workbook", "cell_batches", "cell_text", "csv_header", "day",
    "day_in_name", "document_batches", "kind", "month", "months_in_name", "open_benchmarks", "open_csv", "open_csvs",
    "open_tables", "open_workbook", "parse", "peek", "read_log", "read_monthly_csv", "read_yearly_csvs", "recognise",
    "refuse_another", "refuse_contacts", "tables_of", "typed_batches", "whole_month",
]  # fmt: skip
