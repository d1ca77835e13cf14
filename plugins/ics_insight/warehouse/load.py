"""Loading an extract into its raw table by COPY: one transaction, all of it or none.

Every row carries `extract_id`, `file`, `sheet` and `row_number`. An extract's rows never change once they are accepted.
"""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from psycopg import sql

from ics_insight.errors import Refused
from ics_insight.landing import Landing
from ics_insight.sources import Source, read
from ics_insight.sources.reading import Reading
from ics_insight.warehouse.connect import Connection, connect
from ics_insight.warehouse.ledger import Extract, Ledger


def load(source: Source, extract_id: str, landing: Landing, dag_run: str) -> Extract:
    """Bring a landed extract into raw, and say so in the ledger. What is loaded already is left as it is.

    Raises Refused, after the ledger has its sentence, when the file cannot be read as this source.
    """
    try:
        with connect("loader") as connection:
            ledger = Ledger(connection)
            extract = ledger.get(extract_id, lock=True)  # a second worker with the same file waits here, then finds it loaded
            if extract.state in ("loaded", "accepted"):
                return extract
            with landing.local(extract.sha256) as path:
                reading = read(source, path, extract.file_name)
                rows = _copy_all(connection, source, extract_id, reading)
            ledger.loaded(extract_id, layout=reading.layout, part=reading.part, period=reading.period, rows=rows, dag_run=dag_run)
            return ledger.get(extract_id)
    except Refused as reason:
        with connect("loader") as connection:
            Ledger(connection).refused(extract_id, reason, dag_run)
        raise


def unload(connection: Connection, source: Source, extract_id: str) -> None:
    """Take a refused extract's rows out of raw; its bytes stay in landing."""
    connection.execute(sql.SQL("delete from {} where extract_id = %s").format(_table(source)), [extract_id])
    connection.execute("delete from raw.header where extract_id = %s", [extract_id])


def refresh_statistics() -> None:
    """Count anew what the planner goes by, of tables of raw that grew by a fifth or more since they were last counted.

    The server does so by itself, but only a minute after rows came: until then it takes a table of half a million rows for one of
    none, and a query of seconds runs for minutes.
    """
    with connect("transformer") as connection:
        grown = connection.execute(
            """select relname from pg_class
               where relnamespace = 'raw'::regnamespace and relkind = 'r'
                   and pg_relation_size(oid) / current_setting('block_size')::integer > 1.2 * relpages"""
        ).fetchall()
        for (name,) in grown:
            connection.execute(sql.SQL("analyze {}").format(sql.Identifier("raw", name)))


def _copy_all(connection: Connection, source: Source, extract_id: str, reading: Reading) -> int:
    rows = 0
    for batch in reading.batches:
        file_name = batch.column("file")[0].as_py()
        copy_batch(connection, _table(source), with_extract(batch, extract_id))
        rows += batch.num_rows
    for sheet, names in reading.headers.items():
        fields = reading.fields.get(sheet, names)
        connection.execute("insert into raw.header values (%s, %s, %s, %s, %s)", [extract_id, file_name, sheet, names, fields])
    return rows


def with_extract(batch: pa.RecordBatch, extract_id: str) -> pa.RecordBatch:
    """The batch as raw holds it: every row says which extract it came with."""
    return pa.RecordBatch.from_arrays(
        [pa.repeat(extract_id, batch.num_rows), *batch.columns], names=["extract_id", *batch.schema.names]
    )


def copy_batch(connection: Connection, table: sql.Composable, batch: pa.RecordBatch) -> None:
    """Append a batch to a table with the same column names. Null goes as nothing, blank text as a quoted blank."""
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in batch.schema.names)
    statement = sql.SQL("copy {} ({}) from stdin (format csv)").format(table, columns)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for piece in as_csv(batch):
            copy.write(piece)


def as_csv(batch: pa.RecordBatch) -> Iterator[memoryview]:
    """The batch as COPY reads it: null as nothing, text in quotation marks, lists as array literals."""
    for at, field in enumerate(batch.schema):
        if pa.types.is_list(field.type):
            batch = batch.set_column(at, field.name, array_literals(batch.column(at)))
    sink = pa.BufferOutputStream()
    pa.csv.write_csv(batch, sink, pa.csv.WriteOptions(include_header=False, batch_size=batch.num_rows or 1))
    yield memoryview(sink.getvalue())


def array_literals(lists: pa.ListArray) -> pa.StringArray:
    """Lists of text as Postgres array literals, every element in quotes: a blank, a comma or the word null would need them."""
    cells = pc.replace_substring_regex(lists.flatten(), r'(["\\])', r"\\\1")
    quoted = pc.binary_join_element_wise('"', cells, '"', "")
    joined = pc.binary_join(pa.ListArray.from_arrays(lists.offsets, quoted), ",")
    return pc.binary_join_element_wise("{", joined, "}", "")


def _table(source: Source) -> sql.Identifier:
    return sql.Identifier("raw", source.name)
