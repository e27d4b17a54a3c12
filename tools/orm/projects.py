"""Projects and their migrations in the order in which they run; what pgfence and the real ORMs say of them."""
import argparse
import json
import os
import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
RECORD = SOURCE / "build/release/pgfence_record"
ORMS = ["knex", "sequelize", "typeorm", "node-pg-migrate", "mikro-orm", "kysely", "db-migrate"]
# Sequelize's set-up of a second connection is no statement of the migration.
READ = re.compile(r"^[\s(]*(SET (standard_conforming_strings=on|client_min_messages TO warning);|select|show|with\b(?!.*\b(insert|update|delete)\b))", re.I | re.S)
DATA = re.compile(r"^[\s(]*(insert|update|delete|with|begin|start|commit|rollback|savepoint|release|set|copy)\b", re.I)
# Settings by which some of the projects are told that they run on PostgreSQL.
ON_POSTGRES = {"TYPEORM_TYPE": "postgres", "DB_CLIENT": "pg"}
UNKNOWN = re.compile(r"__unknown_\d+_?")
MASKS = [
    (re.compile(r"--[^\n]*"), ""),
    (re.compile(r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?( ?\+00:00|Z)?"), "<time>"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.I), "<uuid>"),
    (re.compile(r"\b(SAVEPOINT|RELEASE|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT) \"?(trx\d+|[\w-]+-sp-\d+)\"?"), "SAVEPOINT <number>"),
    (re.compile(r"\b1[5-9]\d{11}\b"), "<milliseconds>"),
]


class Project:
    def __init__(self, name, root, orm, globs):
        self.name, self.root, self.orm = name, pathlib.Path(root), orm
        found = {f.relative_to(self.root) for glob in globs for f in self.root.glob(glob)}
        self.files = [str(f) for f in sorted(found, key=lambda f: natural(f.name))]


def natural(name):
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", name)]


def asked_for(description):
    """The projects that the command line names: one with its ORM and globs, or all of projects.txt."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="a project's checkout; without ORM, that of all in projects.txt")
    parser.add_argument("orm", nargs="?", choices=ORMS)
    parser.add_argument("globs", nargs="*")
    parser.add_argument("--quiet", action="store_true", help="print the counts only")
    options = parser.parse_args()
    if options.orm:
        return options, [Project(options.folder.name, options.folder, options.orm, options.globs)]
    listed = [line.split() for line in open(HERE / "projects.txt", encoding="utf-8") if not line.startswith("#")]
    return options, [Project(name, options.folder / name.split("/")[1], orm, globs) for name, orm, *globs in listed]


def answers(command, environment=None):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False,
                            env={**os.environ, **(environment or {})})
    found = {}
    for line in result.stdout.splitlines():
        answer = json.loads(line)
        found[answer["file"]] = answer
    return found


def recorded(project, *flags):
    return answers([RECORD, *flags, project.root, project.orm, *project.files])


def really_sent(project, environment=None):
    """Strangers' programs run for this: they reach no network."""
    return answers(["unshare", "--net", "node", HERE / "truth.cjs", project.root, project.orm, *project.files],
                   {**ON_POSTGRES, **(environment or {})})


def comparable(sql):
    for pattern, mask in MASKS:
        sql = pattern.sub(mask, sql)
    return sql.strip().rstrip(";").strip()


def without_reads(statements):
    return [s for s in statements if not READ.match(s["sql"])]


def is_data(sql):
    return bool(DATA.match(sql))


class Pattern:
    """A statement of ours; what is unknown in it may be anything."""

    def __init__(self, statement):
        self.statement = statement
        self.sql = comparable(statement["sql"])
        self.sure = not statement["dependsOn"]
        parts = UNKNOWN.split(self.sql)
        self.wild = re.compile(".*?".join(re.escape(part) for part in parts) + r"\Z", re.S) if len(parts) > 1 else None

    def matches(self, sql):
        return sql == self.sql or bool(self.wild and self.wild.match(sql))
