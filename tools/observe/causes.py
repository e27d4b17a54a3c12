"""Files differences by cause, counts them, and writes the report."""
import collections
from dataclasses import dataclass, field

from random_ddl import Drawn
from shrink import shape
from verdicts import CLASSES, Difference


@dataclass
class Cause:
    """Differences of one class, whose statements are of the same words, and which are about the same."""
    words: str
    major: int
    drawn: Drawn             # of the first case: the statement, on which schema and rows
    difference: Difference
    schema: list
    rows: list
    small: bool = False      # the schema has no more than the difference needs
    counts: collections.Counter = field(default_factory=collections.Counter)   # "major mix": cases

    def order(self):
        return CLASSES.index(self.difference.kind), -sum(self.counts.values()), self.words, self.difference.about


class Causes:
    def __init__(self):
        self.figures, self.found = {}, {}   # "major mix": Counter; (class, words, about): Cause

    def count(self, major, mix, outcome, said, differing):
        figures = self.figures.setdefault("%d %s" % (major, mix), collections.Counter())
        figures["statements"] += 1
        figures["equal"] += not differing
        for kind in {difference.kind for difference in differing}:
            figures[kind] += 1
        if outcome.watched is None:
            failures = said[1]["failures"] if said else []
            figures["failed"] += 1
            figures["failures said"] += bool(failures)
            figures["failures certain"] += any(failure["certain"] for failure in failures)

    def note(self, major, mix, drawn, difference, schema, rows):
        words = shape(drawn.sql)
        if difference.kind == "failure-missed":   # what the server says tells more than the clauses
            words = " ".join(words.split()[:2])
        key = (difference.kind, words, difference.about)
        if key not in self.found:
            self.found[key] = Cause(words, major, drawn, difference, schema, rows)
        self.found[key].counts["%d %s" % (major, mix)] += 1

    def merge(self, other):
        for name, figures in other.figures.items():
            self.figures.setdefault(name, collections.Counter()).update(figures)
        for key, cause in other.found.items():
            if key in self.found:
                self.found[key].counts.update(cause.counts)
            else:
                self.found[key] = cause

    def of_class(self, kind):
        return [cause for cause in self.ordered() if cause.difference.kind == kind]

    def ordered(self):
        return sorted(self.found.values(), key=Cause.order)


def share(part, whole):
    return "%.2f %%" % (100 * part / whole) if whole else "-"


def report(causes):
    lines = ["# What the fuzzer found", ""]
    columns = ["statements", "equal", *CLASSES, "failed", "failures said", "failures certain"]
    lines += ["| server, mix | %s |" % " | ".join(columns), "|%s" % ("---|" * (len(columns) + 1))]
    for name, figures in sorted(causes.figures.items()):
        cells = [str(figures[column]) for column in columns]
        cells[1] += " (%s)" % share(figures["equal"], figures["statements"])
        cells[-2] += " (%s)" % share(figures["failures said"], figures["failed"])
        lines.append("| %s | %s |" % (name, " | ".join(cells)))
    for kind in CLASSES:
        found = causes.of_class(kind)
        if found:
            cases = sum(sum(cause.counts.values()) for cause in found)
            lines += ["", "## %s: %d causes, %d statements" % (kind, len(found), cases)]
        for cause in found:
            lines += entry(cause)
    return "\n".join(lines) + "\n"


def entry(cause):
    counts = ", ".join("%s: %d" % count for count in sorted(cause.counts.items()))
    lines = ["", "### %s: %s" % (cause.words, cause.difference.about), "", counts, "", "```sql"]
    if cause.small:
        lines += [sql + ";" for sql in cause.schema]
    lines += ["-- on %d:" % cause.major, cause.drawn.sql + ";", "```"]
    return lines + ["- " + line for line in cause.difference.lines[:6]]
