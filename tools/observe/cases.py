"""Reads the cases, and reads and writes what was recorded of them.

tests/observed/model_cases.sql: `-- family: NAME` begins a family; its schema follows, one statement a line, up to the
first empty line. Every line after that is a case: one statement to observe. Comment lines before it belong to it:
`-- with: SQL` runs before it, `-- known gap: WHY` says that the model is known to answer something else.

tests/observed/model.txt: for each case the statement, and one block for each group of versions that did the same: a major
(15), and where its minor releases differ the first one seen that does otherwise as well (15.20).
"""
from dataclasses import dataclass, field


@dataclass
class Case:
    family: str
    schema: list
    statement: str
    extra: list = field(default_factory=list)   # run before the statement, for this case only

    @property
    def key(self):
        return (self.family, tuple(self.extra), self.statement)


def read_cases(path):
    cases, schema, family, extra, in_schema = [], [], "", [], False
    with open(path) as lines:
        for line in map(str.rstrip, lines):
            if line.startswith("-- family: "):
                family, schema, in_schema = line[len("-- family: "):], [], True
            elif line.startswith("-- with: "):
                extra.append(line[len("-- with: "):])
            elif line == "":
                in_schema = False
            elif line.startswith("--"):
                continue
            elif in_schema:
                schema.append(line)
            else:
                cases.append(Case(family, schema, line, extra))
                extra = []
    repeated = [case.key for case in cases if sum(other.key == case.key for other in cases) > 1]
    if repeated:
        raise SystemExit("twice in the cases: %s" % (repeated[0],))
    return cases


def read_answers(path):
    """{case key: {version: [line...]}}"""
    answers, key, versions = {}, None, []
    try:
        lines = open(path).read().splitlines()
    except FileNotFoundError:
        return answers
    family, extra = "", []
    for line in lines:
        if line.startswith("== "):
            family = line[3:]
        elif line.startswith("with "):
            extra.append(line[5:])
        elif line.startswith("sql "):
            key = (family, tuple(extra), line[4:])
            answers[key], extra = {}, []
        elif line.startswith("-- "):
            versions = line[3:].split()
            answers[key].update((version, []) for version in versions)
        else:
            for version in versions:
                answers[key][version].append(line)
    return answers


def numbers(version):
    """Of "15.20" (15, 20), of "15" (15, 0)."""
    major, _, minor = version.partition(".")
    return int(major), int(minor or 0)


def recorded_as(minor, answers):
    """The newest of the recorded versions of a server's major that is no newer than the server: its `minor` is "15.18"."""
    versions = {version for by_version in answers.values() for version in by_version}
    older = [version for version in versions if numbers(version)[0] == numbers(minor)[0] and numbers(version) <= numbers(minor)]
    return max(older, key=numbers, default=minor.partition(".")[0])


def answers_as_text(cases, answers):
    lines, family = [], None
    for case in cases:
        if case.family != family:
            family = case.family
            lines.append("== " + family)
        lines += ["with " + sql for sql in case.extra] + ["sql " + case.statement]
        groups = {}
        for version, seen in sorted(answers.get(case.key, {}).items(), key=lambda item: numbers(item[0])):
            groups.setdefault(tuple(seen), []).append(version)
        for seen, versions in groups.items():
            lines += ["-- " + " ".join(versions), *seen]
    return "\n".join(lines) + "\n"
