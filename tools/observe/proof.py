"""A recipe against the statement that it stands for, on one server.

Both run on the example's schema, in tables filled with rows. Proven is what ends in the same schema and the same rows,
or differs only in what the recipe's note names; and no step of it may lock more than pgfence says of it, nor read or
write a table anew while it keeps writers or readers of any table waiting.
"""
import re
from dataclasses import dataclass

import pgfence as said
import rows
from cases import Case
from observer import MODES, OutsideTransaction, in_transaction, relations
from postgres_servers import VERSIONS
from schema import dumped, objects, values
from session import ServerError

LOCK = re.compile(r"lock (%s) (.*) \(([a-z ]+)\)$" % "|".join(sorted(MODES, key=len, reverse=True)))
WORK = re.compile(r"(scan|rewrite|index-rebuild) (.*)$")
# From here on a lock keeps the application waiting. Only a refresh writes to a materialized view.
BLOCKS = {"table": "SHARE", "partitioned table": "SHARE", "materialized view": "ACCESS EXCLUSIVE"}
INDEX = re.compile(r"[iI] |CREATE (UNIQUE )?INDEX")
NOT_NULL = re.compile(r"NOT NULL (\w+)")
# Writes a copy beside readers and writers, and keeps them out only while that takes the table's place.
SWAPS = re.compile(r"REPACK \(CONCURRENTLY\b")
# What newer servers have.
NOT_YET = re.compile(r"syntax error at or near|function \w+\(\) does not exist")
FAILS = ", but the original fails as predicted"
# What is not installed on the machine: an extension (11 says it by the file's name), a locale.
NOT_HERE = re.compile(r'extension "\w+" is not available|\w+\.control"|collation ".*" for encoding')


class Disproved(Exception):
    pass


class NotHere(Exception):
    """The example needs what the server does not have."""


class LeftToReader(Exception):
    """A step does not run without what an earlier one asks of the reader in words."""


@dataclass
class End:
    """What is there after a run."""
    objects: dict
    values: dict
    dump: str


@dataclass
class Recipe:
    told: dict     # as in docs/report.schema.json
    known: bool    # pgfence knew the tables
    index: int     # of the statement that it takes the place of
    before: list   # what else a DO block has
    after: list


@dataclass
class Done:
    """Statements that a run consists of; `fills` instead of them: the column that the reader fills."""
    statements: list
    fills: str = ""


class Run:
    """One run on one example, from the schema on."""

    def __init__(self, bench, schema, filled=True):
        self.bench, self.schema, self.filled, self.done = bench, schema, filled, []
        self.begin()

    def begin(self):
        self.bench.prepare_anew(Case("", [], ""))
        self.do(Done(self.schema))
        if self.filled:
            self.fill()

    def fill(self):
        try:
            self.in_session(rows.fill)
        except ServerError as why:
            raise Disproved("the tables take no rows: %s" % why)

    def again(self):
        self.begin()
        for each in self.done:
            self.do(each)

    def then(self, done):
        self.do(done)
        self.done.append(done)

    def do(self, done):
        if done.fills:
            self.in_session(lambda session: rows.fill_what_is_null(session, done.fills))
            return
        self.in_session(lambda session: execute(session, done.statements))

    def in_session(self, use):
        session = self.bench.connect()
        try:
            return use(session)
        finally:
            session.close()

    def end(self):
        return self.in_session(lambda session: End(objects(session), values(session),
                                                   dumped(self.bench.server, "bench")))


def execute(session, statements):
    for statement in statements:
        answer = session.ask(statement)
        if NOT_HERE.search(answer.error):
            raise NotHere(answer.error)
        if answer.error:
            raise Disproved("%s: %s" % (" ".join(statement.split()), answer.error))


class Proof:
    """Of the recipes for one example."""

    def __init__(self, bench, pgfence, example):
        self.bench, self.pgfence, self.example = bench, pgfence, example

    def verdicts(self):
        """For each recipe "proven", "proven, but ...", "only words", "left to its reader: ..." or "FAILED: ...";
        without one ["no recipe"] or ["not run: ..."]. Empty where the rule does not speak on this version."""
        try:
            recipes, reported = self.recipes()
        except said.NotRead:   # the examples of syntax-error and dynamic-sql are so on purpose
            return ["no recipe"]
        if not reported:
            return []
        try:
            self.schema = texts(self.pgfence.statements("", self.example.schema))
            self.statements = self.pgfence.statements(self.example.schema, self.example.migration)
            wanted = self.run_original()
        except NotHere as why:
            return ["not run: %s" % why]
        except Disproved as why:
            newer = self.pgfence.major < max(VERSIONS) and NOT_YET.search(str(why))
            return [("not run: %s" if newer else "FAILED: the original: %s") % why]
        return [self.verdict(recipe, wanted) for recipe in recipes] or ["no recipe" + FAILS * (not wanted)]

    def recipes(self):
        """Of the rule's findings, and whether there were any.

        Where no migration made the tables it may say something else. What it then cannot know is that they are
        partitioned.
        """
        rule, found, reported = self.example.name.split()[0], [], False
        for schema in [self.example.schema] + [""] * ("PARTITION BY" not in self.example.schema):
            for index, statement in enumerate(self.pgfence.statements(schema, self.example.migration)):
                for finding in statement["findings"]:
                    told = finding["rule"] == rule
                    reported |= told
                    if told and finding["recipe"] and all(finding["recipe"] != other.told for other in found):
                        rest = rest_of_block(statement, finding)
                        found.append(Recipe(finding["recipe"], schema != "", index, *rest))
        return found, reported

    def run_original(self):
        """Its end; None where it fails as pgfence or the example says. On empty tables where it fails because of the
        rows."""
        fails = any(statement["effects"]["failures"] for statement in self.statements)
        for self.filled in [True, False]:
            try:
                return self.end_of_original()
            except Disproved as why:
                if not fails and why.args[0].rpartition(": ")[2] != self.example.error:
                    raise
        return None

    def end_of_original(self):
        run = Run(self.bench, self.schema, self.filled)
        run.then(Done(texts(self.statements)))
        end = run.end()
        return end if self.filled else End(end.objects, {}, end.dump)

    def verdict(self, recipe, wanted):
        if all(for_reader(step) for step in recipe.told["steps"]):
            return "only words"
        note = recipe.told["note"] or ""
        try:
            end = self.follow(recipe)
        except Disproved as why:
            return "FAILED: %s" % why
        except LeftToReader as what:
            return "left to its reader: %s" % what
        if not wanted:
            return "proven" + FAILS
        different = differences(wanted, end, self.values_that_vary)
        unsaid = [what for what, names in different if not says(note, names[-1:] if recipe.known else names)]
        if unsaid:
            return "FAILED: differs and does not say so: " + "; ".join(unsaid)
        return "proven, but " + note if different else "proven"

    def values_that_vary(self):
        """Those that are others each time, like the ones that gen_random_uuid gives."""
        first, second = (self.end_of_original().values for _ in range(2))
        return {column for column in first if first[column].digest != second[column].digest}

    def follow(self, recipe):
        run, steps = Run(self.bench, self.schema), recipe.told["steps"]
        if steps[0]["place"] == "precedes":
            settings, index = [step["sql"] for step in steps], recipe.index
            run.then(Done(texts(self.statements[:index]) + settings + texts(self.statements[index:])))
            return run.end()
        before, after = self.around(recipe)
        there = run.in_session(relations)
        run.then(Done(before))
        live = {relation.name for oid, relation in run.in_session(relations).items() if oid in there}
        for number, step in enumerate(steps, 1):
            try:
                self.take(run, step, live)
            except Disproved as why:
                words = [earlier["note"] for earlier in steps[:number] if for_reader(earlier)]
                raise LeftToReader(words[-1]) if words else Disproved("step %d: %s" % (number, why))
        run.then(Done(after))
        return run.end()

    def around(self, recipe):
        """The migration's other statements, in a transaction where they were in one; without those that the recipe takes
        along."""
        earlier, later = self.statements[:recipe.index], self.statements[recipe.index + 1:]
        steps = [step["sql"] for step in recipe.told["steps"]]
        later = [statement for statement in later if statement["kind"] in ("BEGIN", "COMMIT")
                 or not any(statement["sql"] + ";" in sql for sql in steps)]
        kinds = [statement["kind"] for statement in earlier]
        inside = kinds.count("BEGIN") > kinds.count("COMMIT")
        return (texts(earlier) + recipe.before + ["COMMIT"] * inside,
                ["BEGIN"] * inside + recipe.after + texts(later))

    def take(self, run, step, live):
        if not step["sql"]:
            if step["fills"]:
                run.then(Done([], fills=step["fills"]))
            return
        schema = ";\n".join([*run.schema, *(sql for done in run.done for sql in done.statements), ""])
        statements = self.pgfence.statements(schema, step["sql"])
        if step["outsideTransaction"]:
            *settings, statement = texts(statements)
            lines = OutsideTransaction(run.again, lambda: self.connect(settings), statement).observe()
            succeeds(lines)
            judge(lines, statements, live)
            run.done.append(Done(texts(statements)))
        else:
            lines = run.in_session(lambda session: in_transaction(session, step["sql"]))
            if lines is None:
                raise Disproved("runs outside a transaction only and does not say so")
            succeeds(lines)
            if not step["hasOwnFindings"]:
                judge(lines, statements, live)
            run.then(Done(["BEGIN", *texts(statements), "COMMIT"]))

    def connect(self, settings):
        session = self.bench.connect()
        for setting in settings:
            session.rows(setting)
        return session


def rest_of_block(statement, finding):
    """A DO block's other statements, before and behind the one whose place the recipe takes."""
    if not finding["recipe"]["insideBlock"]:
        return [], []
    sql = statement["sql"]
    lines = finding["line"] - statement["line"]
    behind = finding["column"] - (1 if lines else statement["column"])
    at = sum(len(line) for line in sql.splitlines(True)[:lines]) + behind
    begin, end = re.search(r"\bBEGIN\b", sql).end(), sql.rindex("END")
    parts = sql[begin:max(begin, sql.rfind(";", begin, at) + 1)], sql[sql.index(";", at) + 1:end]
    return [[sql[:begin] + part + sql[end:]] if part.strip() else [] for part in parts]


def for_reader(step):
    return not step["sql"] and not step["fills"]


def texts(statements):
    return [statement["sql"] for statement in statements]


def succeeds(lines):
    if lines and lines[0].startswith("fails"):
        raise Disproved(lines[0])


def judge(lines, statements, live):
    expected, expected_work = said.locks(statements), said.work(statements)
    kept_out, worked_on = [], []
    for line in lines:
        lock, work = LOCK.match(line), WORK.match(line)
        if lock and lock.group(2) in live:
            rank = MODES.index(lock.group(1))
            if rank > expected.get(lock.group(2), -1):
                raise Disproved("%s, which pgfence does not say" % line)
            if lock.group(3) in BLOCKS and rank >= MODES.index(BLOCKS[lock.group(3)]):
                kept_out.append(line)
        if work and work.group(2) in live:
            worked_on.append(line)
            if line not in expected_work:
                raise Disproved("%s, which pgfence does not say" % line)
    if kept_out and worked_on and not SWAPS.match(statements[-1]["sql"]):
        raise Disproved("%s under %s" % (worked_on[0], kept_out[0]))


def differences(wanted, end, values_that_vary):
    """[(words, what kind of thing, its table's name and its own)]: a note must have the last one. Where pgfence did not
    know the tables any of them will do."""
    found = []
    for kind, name in sorted(wanted.objects.keys() | end.objects.keys()):
        old, new = (source.objects.get((kind, name), "none") for source in (wanted, end))
        if old != new:
            definition = old if old != "none" else new
            of = "indexes" if INDEX.match(definition) else kind + "s"
            column = NOT_NULL.fullmatch(definition)   # 18 has a constraint for what is said of the column
            found.append(("%s %s: %s, with the recipe %s" % (kind, name, old, new),
                          [of, *parts(name), *(column.groups() if column else [])]))
    columns = [column for column in sorted(wanted.values.keys() & end.values.keys())
               if wanted.values[column] != end.values[column]]
    vary = values_that_vary() if columns else []
    for column in columns:
        if column not in vary or wanted.values[column].shape() != end.values[column].shape():
            found.append(("the values of %s.%s" % column, [column[1]]))
    if not found and wanted.dump != end.dump:
        found.append(("pg_dump's output, and tools/observe/schema.py does not see why", ["pg_dump"]))
    return found


def parts(name):
    """Without the schema, the quotes and a function's arguments."""
    words = re.split(r"\.(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", name)
    return [word.split("(")[0].strip('"') for word in words[1:] or words]


def says(note, names):
    return any(re.search(r"(?<!\w)%s(?!\w)" % re.escape(name), note) for name in names)
