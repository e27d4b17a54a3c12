"""What pgfence says of SQL on one version."""
import json
import os
import subprocess
import tempfile

from observer import MODE_OF


class NotRead(Exception):
    """The migration holds something that pgfence lists as unread."""


class Pgfence:
    def __init__(self, program, major, config=""):
        self.program, self.major, self.config = program, major, config

    def run(self, *arguments, folder=None):
        run = subprocess.run([self.program, *arguments], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             timeout=60, cwd=folder)
        if run.stderr:
            raise SystemExit("%s %s: %s" % (self.program, " ".join(arguments), run.stderr))
        return run.stdout

    def rules(self):
        return [line.split()[0] for line in self.run("explain").splitlines()]

    def page(self, rule):
        return self.run("explain", rule)

    def statements(self, schema, migration):
        """As in docs/report.schema.json; what stands in a body is part of the statement that runs it."""
        with tempfile.TemporaryDirectory() as folder:
            for name, sql in [("schema.sql", schema), ("migration.sql", migration), (".pgfence.toml", self.config)]:
                with open(os.path.join(folder, name), "w") as file:
                    file.write(sql)
            told = self.run("analyze", "--output", "json", "--pg-version", str(self.major), "--format", "plain-sql",
                            "--schema", "schema.sql", "migration.sql", folder=folder)
        (file,) = json.loads(told)["files"]
        if file["unread"]:
            raise NotRead("%s: %s" % (migration, file["unread"]))
        return file["statements"]


def locks(statements):
    """{relation: the strongest mode's rank}"""
    strongest = {}
    for statement in statements:
        for lock in statement["effects"]["locks"]:
            rank = MODE_OF[lock["mode"]]
            strongest[lock["relation"]] = max(rank, strongest.get(lock["relation"], 0))
    return strongest


def work(statements):
    """{"scan public.orders", ...} in the observer's words"""
    words = {"scans": "scan", "rewrites": "rewrite", "indexRebuilds": "index-rebuild"}
    return {"%s %s" % (word, relation) for statement in statements for name, word in words.items()
            for relation in statement["effects"][name]}
