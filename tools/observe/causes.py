"""Files differences by cause, counts them, and writes the report."""
import collections

from shrink import shape
from verdicts import CLASSES


class Causes:
    def __init__(self):
        self.figures = {}      # "major mix": Counter
        self.cases = {}        # (class, words, about): what is told of it

    def count(self, major, mix, outcome, said, differing):
        figures = self.figures.setdefault("%d %s" % (major, mix), collections.Counter())
        figures["statements"] += 1
        figures["equal"] += not differing
        for kind in {difference.kind for difference in differing}:
            figures[kind] += 1
        if outcome.watched is None:
            figures["failed"] += 1
            figures["failures said"] += said is not None and bool(said[1]["failures"])
            figures["failures certain"] += said is not None and any(failure["certain"] for failure in said[1]["failures"])
        else:
            figures["weaker"] += any(difference.kind.startswith("weaker") for difference in differing)

    def note(self, major, mix, drawn, difference):
        """Whether it is the first of its cause."""
        key = (difference.kind, shape(drawn.sql), difference.about)
        case = self.cases.get(key)
        if case is None:
            self.cases[key] = case = {"counts": collections.Counter(), "kind": drawn.kind}
        case["counts"]["%d %s" % (major, mix)] += 1
        return "sql" not in case

    def show(self, major, drawn, difference, schema):
        self.cases[(difference.kind, shape(drawn.sql), difference.about)].update(
            sql=drawn.sql, schema=schema, lines=difference.lines, major=major)

    def merge(self, other):
        for name, figures in other.figures.items():
            self.figures.setdefault(name, collections.Counter()).update(figures)
        for key, case in other.cases.items():
            if key in self.cases:
                self.cases[key]["counts"].update(case["counts"])
            else:
                self.cases[key] = case

    def of_class(self, kind):
        return [key for key in self.cases if key[0] == kind]

    def as_json(self):
        return {"figures": self.figures, "causes": [dict(case, cls=key[0], words=key[1], about=key[2]) for key, case in self.ordered()]}

    def ordered(self):
        return sorted(self.cases.items(), key=lambda one: (CLASSES.index(one[0][0]), -sum(one[1]["counts"].values()), one[0]))


def share(part, whole):
    return "%.2f %%" % (100 * part / whole) if whole else "-"


def report(causes):
    lines = ["# What the fuzzer found", ""]
    columns = ["statements", "equal", *CLASSES, "failed", "failures said", "failures certain"]
    lines += ["| server, mix | %s |" % " | ".join(columns), "|%s" % ("---|" * (len(columns) + 1))]
    for name, figures in sorted(causes.figures.items()):
        cells = [str(figures[column]) for column in columns]
        cells[1] += " (%s)" % share(figures["equal"], figures["statements"])
        lines.append("| %s | %s |" % (name, " | ".join(cells)))
    for kind in CLASSES:
        cases = [(key, case) for key, case in causes.ordered() if key[0] == kind]
        if cases:
            lines += ["", "## %s: %d causes, %d statements" % (kind, len(cases), sum(sum(case["counts"].values()) for _, case in cases))]
        for (_, words, about), case in cases:
            counts = ", ".join("%s: %d" % count for count in sorted(case["counts"].items()))
            lines += ["", "### %s: %s" % (words, about), "", counts, "", "```sql", *(sql + ";" for sql in case.get("schema", [])),
                      "-- on %s:" % case.get("major"), case.get("sql", "") + ";", "```", *("- " + line for line in case.get("lines", [])[:6])]
    return "\n".join(lines) + "\n"
