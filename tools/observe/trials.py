"""What servers say of a migration, and what pgfence says of it: what tricks and oracle share."""
import collections
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import tempfile

from losses import GRAVE, losses
from postgres_servers import ROOT, say, unpacked
from session import ServerError
from shop import OTHER_ROWS, SCHEMA, Shop, of_all
from trick_formats import FIRST, FORMATS, fits, plain

KEPT = os.path.join(ROOT, "build", "tricks")


class Trick:
    def __init__(self, family, way, sql, only_alone=False):
        self.family, self.way, self.sql, self.only_alone = family, way, sql, only_alone

    def sent(self):
        return ["alone"] if self.only_alone else ["together", "alone"]

    def formats(self):
        """Plain SQL and, in turn, three others that can hold it; of what stands there directly all."""
        if self.only_alone:
            return ["plain-sql"]
        fitting = [name for name in FORMATS if name != "plain-sql" and fits(name, self.sql)]
        first = int(hashlib.sha1(self.sql.encode()).hexdigest(), 16)
        count = len(fitting) if self.way == "direct" else min(3, len(fitting))
        return ["plain-sql"] + [fitting[(first + each) % len(fitting)] for each in range(count)]


# ---- what servers say

class Kept:
    """What a server said of a trick; the sources are part of the key."""

    def __init__(self, major):
        os.makedirs(KEPT, exist_ok=True)
        self.path = os.path.join(KEPT, "%d.json" % major)
        self.said = self.written()
        here = os.path.dirname(os.path.abspath(__file__))
        self.sources = "".join(open(path).read() for path in [SCHEMA, os.path.join(here, "losses.py")])

    def key(self, sql, sent):
        return hashlib.sha1((self.sources + sent + sql).encode()).hexdigest()

    def written(self):
        return json.load(open(self.path)) if os.path.exists(self.path) else {}

    def write(self):
        """Others may have asked about other tricks meanwhile."""
        self.said = {**self.written(), **self.said}
        with open(self.path + ".new", "w") as file:
            json.dump(self.said, file)
        os.replace(self.path + ".new", self.path)


# What a rollback does not undo, or what ends the transaction itself.
LASTS = re.compile(r"\b(COMMIT|ROLLBACK|START TRANSACTION|DEFERRED|dblink|postgres_fdw|PROGRAM|setval|RESTART|ALTER "
                   "SYSTEM"
                   r"|DISCARD)\b", re.I)

LOCAL = re.compile(r"\b(LOCAL|ON COMMIT)\b", re.I)


def observe(server, sql, sent):
    """{"lost": [[kind, name]...], "error": text}"""
    if sent == "together" and not LASTS.search(sql):
        try:
            after, error = server.undone(sql)
            return {"lost": losses(server.before, after), "error": error}
        except (ServerError, OSError):
            pass   # whatever it did, it did so to this session as well
    try:
        error = getattr(server, sent)(plain(sql) if sent == "alone" else sql)
    except subprocess.TimeoutExpired:
        error = "takes too long"
    try:
        after = server.state()
        lost, whole = losses(server.before, after), of_all(after) != of_all(server.before)
        same = not lost and not whole and after == server.before
    except (ServerError, OSError) as why:
        lost, whole, same = [("database", "cannot be read: " + str(why)[:80])], True, False
    if whole:
        server.from_copy()
    if not same:
        server.anew()
    return {"lost": lost, "error": error}


def ask_server(server_name, wanted):
    """[what it said]"""
    major, _, bindir = server_name.partition("=")
    kept = Kept(int(major))
    missing = [(sql, sent) for sql, sent in wanted if kept.key(sql, sent) not in kept.said]
    if missing:
        with Shop(int(major), bindir or os.path.join(unpacked(int(major)), "bin")) as server:
            for count, (sql, sent) in enumerate(missing):
                together = kept.said.get(kept.key(sql, "together"))
                stays = LASTS.search(sql) or LOCAL.search(sql)
                if sent == "alone" and together and not together["error"] and not stays:
                    kept.said[kept.key(sql, sent)] = together   # committing more often makes no difference
                else:
                    kept.said[kept.key(sql, sent)] = observe(server, sql, sent)
                if count % 200 == 199:
                    say(major, count + 1, "of", len(missing))
                    kept.write()
        kept.write()
    return [kept.said[kept.key(sql, sent)] for sql, sent in wanted]


def ask_servers(servers, tricks):
    """Each trick gets `seen`: {(major, how it was sent): what the server said}"""
    wanted = [(trick.sql, sent) for trick in tricks for sent in trick.sent()]
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        answers = list(pool.map(ask_server, servers, [wanted] * len(servers)))
    for trick in tricks:
        trick.seen = {}
    for server, answered in zip(servers, answers):
        of_wanted = iter(answered)
        for trick in tricks:
            for sent in trick.sent():
                trick.seen[int(server.partition("=")[0]), sent] = next(of_wanted)


def lost(trick, sent):
    """{major: [[kind, name]...]}"""
    return {major: seen["lost"] for (major, how), seen in trick.seen.items() if how == sent and seen["lost"]}


def is_grave(found):
    return any(kind in GRAVE for kind, _ in found)


def sent_by(format_name):
    return FORMATS[format_name][2]


def choose_asked(trick):
    """The formats whose runner loses something; `lesser`: none of them loses anything grave."""
    trick.asked = [name for name in trick.formats()
                   if any(is_grave(found) for found in lost(trick, sent_by(name)).values())]
    trick.lesser = not trick.asked and any(seen["lost"] for seen in trick.seen.values())
    if trick.lesser:
        trick.asked = [name for name in trick.formats() if lost(trick, sent_by(name))]


def emptied(found):
    return {name for kind, name in found if kind == "rows" and name.endswith(": all")}


def note_whatever_the_rows(server_name, trials):
    """`leaves_others`: one of the tables that it empties would not be empty if it had other rows, too."""
    emptying = [trial for trial in trials if any(emptied(found) for found in lost(trial, "together").values())]
    answers = ask_server(server_name, [(OTHER_ROWS + trial.sql, "together") for trial in emptying])
    for trial in trials:
        trial.leaves_others = False
    for trial, answer in zip(emptying, answers):
        (before, *_) = lost(trial, "together").values()
        trial.leaves_others = not answer["error"] and not emptied(before) <= emptied(answer["lost"])


# ---- what pgfence says

ANSWERS = ["fails", "not analyzed", "medium", "low", "SAFE"]


def verdict(program, folder, path, format_name, major):
    return judged(said(program, "analyze", "--pg-version", str(major), "--format", format_name, "--schema",
                       "schema.sql", path,
                       cwd=folder))


def ask_pgfence(program, trick):
    """{format: (answer, what it says)} for those formats whose runner loses something"""
    answers = {}
    for name in trick.asked:
        with tempfile.TemporaryDirectory() as folder:   # of its own: a file beside it would be its history
            with open(SCHEMA) as schema, open(os.path.join(folder, "schema.sql"), "w") as file:
                file.write(schema.read())
            path, write, sent = FORMATS[name]
            os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
            with open(os.path.join(folder, path), "w") as file:
                file.write(write(trick.sql))
            majors = [major for (major, how), seen in trick.seen.items()
                      if how == sent and (seen["lost"] or not seen["error"])]
            answers[name] = verdict(program, folder, path, name, min(majors))
    return answers


def said(program, *arguments, **more):
    return subprocess.run([program, *arguments, "--output", "json"], text=True, errors="replace",
                          stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60, **more)


def judged(run):
    """One of ANSWERS, and the rules of the findings or what is unread."""
    if run.returncode not in (0, 1) or not run.stdout:
        return "BROKEN", "exit code %d: %s" % (run.returncode, run.stderr.strip())
    report = json.loads(run.stdout)
    statements = [statement for file in report["files"] for statement in file["statements"]]
    rules = sorted({finding["rule"] for statement in statements for finding in statement["findings"]})
    unread = [unread["what"][:60] + ": " + unread["why"][:80] for file in report["files"] for unread in file["unread"]]
    words = ", ".join(rules + unread)
    if run.returncode == 1:
        return "fails", words
    if unread:
        return "not analyzed", words
    if not report["files"]:
        return "SAFE", "no file found"
    return {"medium": "medium", "low": "low"}.get(report["verdict"]["maxRisk"], "SAFE"), words


def commit(branch, start, files):
    """For git fast-import; `files`: {path: text}"""
    lines = ["commit refs/heads/" + branch, "committer x <x@example.org> 1700000000 +0000", "data 1", "x"]
    lines += ["from refs/heads/" + start] if start else []
    for path, text in files.items():
        lines += ["M 100644 inline " + path, "data %d" % len(text.encode()), text]
    return "\n".join(lines) + "\n\n"


def pull_requests(folder, tricks):
    """Writes a repository with a branch for each trick, on top of one whose first migration makes the schema."""
    subprocess.run(["git", "init", "-q", folder], check=True)
    schema = open(SCHEMA).read().rstrip().rstrip(";")
    stream = [commit(name, None, {FIRST[name]: FORMATS[name][1](schema)}) for name in FIRST]
    for number, trick in enumerate(tricks):
        trick.branch, trick.asked = "t%d" % number, [name for name in trick.asked if name in FIRST]
        if trick.asked:
            trick.asked = [trick.asked[number % len(trick.asked)]]
            path, write, _ = FORMATS[trick.asked[0]]
            stream.append(commit(trick.branch, trick.asked[0], {path: write(trick.sql)}))
    subprocess.run(["git", "-C", folder, "fast-import", "--quiet"], check=True, input="".join(stream).encode())


def ask_as_pull_requests(program, tricks):
    """As ask_all, with the schema told by an earlier migration."""
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        pull_requests(folder, tricks)

        def ask(trick):
            major = min([major for (major, _), seen in trick.seen.items() if seen["lost"]], default=17)
            return {name: judged(said(program, "review", "--repository", folder, "--base", name, "--head", trick.branch,
                                      "--pg-version", str(major))) for name in trick.asked}
        for trick, answers in zip(tricks, pool.map(ask, tricks)):
            trick.answers = answers


def ask_all(program, tricks):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for trick, answers in zip(tricks, pool.map(lambda trick: ask_pgfence(program, trick), tricks)):
            trick.answers = answers


# ---- tables

def table(rows):
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip() for line in rows)


def counts(tricks):
    """A line for each family: how many were generated, are dangerous, and what is said of them in each format."""
    lines, total = [["family", "generated", "dangerous", "asked", *ANSWERS]], collections.Counter()
    families = list(dict.fromkeys(trick.family for trick in tricks))
    for family in families:
        ours = [trick for trick in tricks if trick.family == family]
        numbers = collections.Counter(generated=len(ours))
        for trick in ours:
            numbers["dangerous"] += bool(trick.asked)
            for name, (answer, _) in trick.answers.items():
                numbers["asked"] += 1
                numbers[answer] += 1
        total += numbers
        lines.append([family, *(str(numbers[column]) for column in lines[0][1:])])
    lines.append(["all", *(str(total[column]) for column in lines[0][1:])])
    return table(lines)


def one_line(sql):
    return sql.replace("\n", "\\n")


def passing(tricks, answers):
    lines = []
    for trick in tricks:
        formats = collections.defaultdict(list)
        for name, (answer, said) in trick.answers.items():
            if answer in answers:
                formats[answer, said].append(name)
        for (answer, said), names in formats.items():
            found = next(iter(lost(trick, sent_by(names[0])).values()), [])
            what = "; ".join("%s %s" % tuple(loss) for loss in found[:3])
            which = "all" if len(names) > 4 and len(names) == len(trick.answers) else " ".join(names)
            lines.append("[%s] %s (%s)\n    %s\n    lost: %s; pgfence: %s%s" % (
                trick.family, trick.way, which, one_line(trick.sql), what, answer, " (" + said + ")" if said else ""))
    return "\n".join(lines)
