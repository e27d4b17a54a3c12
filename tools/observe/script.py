"""What pgfence reads in SQL files: their statements, and what its model says of each."""
import json
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass

from postgres_servers import ROOT

PGFENCE = os.environ.get("PGFENCE", os.path.join(ROOT, "build", "release", "pgfence"))
BEGINS = {"BEGIN", "START TRANSACTION"}
TRANSACTION_CONTROL = BEGINS | {"COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PREPARE TRANSACTION",
                                "COMMIT PREPARED", "ROLLBACK PREPARED"}
# What they read, and how, is for the planner and the rows to say.
QUERIES = re.compile(r"(SELECT|INSERT|UPDATE|DELETE|MERGE|EXPLAIN|COPY|VACUUM|ANALYZE|EXECUTE|FETCH|MOVE|DECLARE CURSOR"
                     r"|DO|CALL|CREATE TABLE AS|CREATE MATERIALIZED VIEW)\b")
SAVEPOINT = re.compile(r"(?:SAVEPOINT|(?:ROLLBACK|ABORT)\b.*\bTO(?:\s+SAVEPOINT)?)\s+(\S+)$", re.I | re.S)


@dataclass
class Statement:
    file: str
    line: int
    sql: str
    kind: str   # the command tag

    @property
    def is_query(self):
        return QUERIES.match(self.kind) is not None

    @property
    def place(self):
        return "%s:%d" % (self.file, self.line)


def analyze(major, schema, files):
    """pgfence's report of the files, in that order, on top of the schema's text."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as before:
        before.write(schema)
        before.flush()
        run = subprocess.run([PGFENCE, "analyze", "--output", "json", "--pg-version", str(major), "--schema",
                              before.name, *files], capture_output=True, timeout=600)
    try:
        return json.loads(run.stdout)["files"]
    except ValueError:
        raise SystemExit("pgfence fails: " + run.stderr.decode())


def statements_of(major, files):
    return [Statement(os.path.basename(file["path"]), found["line"], found["sql"], found["kind"])
            for file in analyze(major, "", files) for found in file["statements"]]


def lasting(statements):
    """Transactions left out: each statement is watched alone, and what a script takes back never happens."""
    kept, begun, savepoints = [], None, {}
    for statement in statements:
        savepoint = SAVEPOINT.match(statement.sql)
        if statement.kind in BEGINS:
            begun, savepoints = len(kept), {}
        elif statement.kind == "SAVEPOINT" and savepoint:
            savepoints[savepoint.group(1)] = len(kept)
        elif statement.kind == "ROLLBACK" and savepoint:
            del kept[savepoints.get(savepoint.group(1), len(kept)):]
        elif statement.kind == "ROLLBACK" and begun is not None:
            del kept[begun:]
            begun = None
        elif statement.kind in ("COMMIT", "PREPARE TRANSACTION"):
            begun = None
        elif statement.kind not in TRANSACTION_CONTROL:
            kept.append(statement)
    return kept


def as_script(statement):
    """As psql would take it: rows follow a COPY FROM STDIN."""
    rows = statement.kind == "COPY" and re.search(r"\bFROM\s+STDIN\b", statement.sql, re.I)
    return statement.sql + (";\n\\.\n" if rows else ";\n")


def as_text(statements):
    return "".join(map(as_script, statements))


def effects_of(major, before, statements):
    """The model's answer for each statement, or None where pgfence reads another statement."""
    lines, line = [], 1
    for statement in statements:
        lines.append(line)
        line += len(re.findall(r"\r\n|\r|\n", as_script(statement)))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "replay.sql")
        with open(path, "w", newline="") as file:
            file.write(as_text(statements))
        (report,) = analyze(major, as_text(before), [path])
    found = {answer["line"]: answer["effects"] for answer in report["statements"]}
    return [found.get(line) for line in lines]
