"""Reads the cases, and reads and writes what was recorded of them.

tests/observed/model_cases.sql: `-- family: NAME` begins a family; its schema follows, one statement a line, up to the
first empty line. Every line after that is a case: one statement to observe. Comment lines before it belong to it:
`-- with: SQL` runs before it, `-- known gap: WHY` says that the model is known to answer something else.

tests/observed/model.txt: for each case the statement, and one block for each group of versions that did the same.
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
    """{case key: {major: [line...]}}"""
    answers, key, majors = {}, None, []
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
            majors = [int(word) for word in line[3:].split()]
            answers[key].update((major, []) for major in majors)
        else:
            for major in majors:
                answers[key][major].append(line)
    return answers


def answers_as_text(cases, answers):
    lines, family = [], None
    for case in cases:
        if case.family != family:
            family = case.family
            lines.append("== " + family)
        lines += ["with " + sql for sql in case.extra] + ["sql " + case.statement]
        groups = {}
        for major, seen in sorted(answers.get(case.key, {}).items()):
            groups.setdefault(tuple(seen), []).append(str(major))
        for seen, majors in groups.items():
            lines += ["-- " + " ".join(majors), *seen]
    return "\n".join(lines) + "\n"
