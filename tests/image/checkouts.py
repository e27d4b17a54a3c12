"""A pull request, and the nine states in which a workflow may leave its workspace."""
import os
import shutil
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RUNNER, SOMEBODY_ELSE = 1001, 4242


def git(folder, *arguments):
    environment = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}
    return subprocess.run(["git", "-c", "safe.directory=*", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments],
                          cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


STAMP = "exports.stamp = (table) => table.timestamp('created_at');\n"
FIRST = """const { stamp } = require('../stamp');
exports.up = (knex) => knex.schema.createTable('tags', (t) => { t.increments('id'); t.text('name'); stamp(t); });
exports.down = (knex) => knex.schema.dropTable('tags');
"""
SECOND = """const { stamp } = require('../stamp');
exports.up = (knex) => knex.schema.alterTable('tags', (t) => { stamp(t); t.index(['name']); });
exports.down = () => {};
"""


class PullRequest:
    """examples/shop with a migration that is a program; the base branch went on, and GitHub has made the test merge."""

    number = 7

    def __init__(self, folder):
        self.author, self.origin = os.path.join(folder, "author"), os.path.join(folder, "origin.git")
        os.makedirs(self.author)
        git(self.author, "init", "-q", "-b", "main")
        self.copy("base")
        self.write("db/stamp.js", STAMP)
        self.write("db/migrations/20260101000000_tags.js", FIRST)
        self.commit("shop")
        git(self.author, "checkout", "-q", "-b", "feature")
        self.copy("change")
        self.write("db/migrations/20260201000000_tags_by_name.js", SECOND)
        self.head = self.commit("order notes")
        git(self.author, "checkout", "-q", "main")
        self.write("README.md", "Shop\n")
        self.write(".pgfence.toml", "pg-version = 16\n")
        self.base = self.commit("theirs")
        git(self.author, "checkout", "-q", "--detach")
        git(self.author, "merge", "-q", "--no-ff", "-m", "merge", "feature")
        self.merge = git(self.author, "rev-parse", "HEAD")
        git(folder, "clone", "-q", "--bare", self.author, self.origin)
        git(self.origin, "update-ref", "-d", "refs/heads/feature")
        git(self.origin, "fetch", "-q", self.author, self.merge + ":refs/pull/7/merge", self.head + ":refs/pull/7/head")
        for setting in ("uploadpack.allowAnySHA1InWant", "uploadpack.allowFilter"):
            git(self.origin, "config", setting, "true")

    def copy(self, part):
        for name in sorted(os.listdir(os.path.join(ROOT, "examples/shop", part))):
            with open(os.path.join(ROOT, "examples/shop", part, name), encoding="utf-8") as file:
                self.write("migrations/" + name, file.read())

    def write(self, path, text):
        place = os.path.join(self.author, path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "w", encoding="utf-8") as file:
            file.write(text)

    def commit(self, message):
        git(self.author, "add", "-A")
        git(self.author, "commit", "-q", "-m", message)
        return git(self.author, "rev-parse", "HEAD")


def as_actions_checkout(pull, url, commit, *options):
    """What actions/checkout runs, its remote set to where the token is wanted."""
    def make(workspace):
        git(workspace, "init", "-q")
        git(workspace, "remote", "add", "origin", "file://" + pull.origin)
        git(workspace, "fetch", "-q", "--no-tags", *options, "origin", "+%s:refs/remotes/pull/7/merge" % commit)
        git(workspace, "checkout", "-q", "--force", "refs/remotes/pull/7/merge")
        git(workspace, "remote", "set-url", "origin", url)
    return make


def checkouts(pull, url):
    """Name -> (how the workspace is made, whose it is)."""
    def of(commit, *options):
        return as_actions_checkout(pull, url, commit, *options)

    def sparse(workspace):
        of(pull.merge, "--depth=1")(workspace)
        git(workspace, "sparse-checkout", "set", "db")

    return {
        "depth 1": (of(pull.merge, "--depth=1"), RUNNER),
        "depth 2": (of(pull.merge, "--depth=2"), RUNNER),
        "full": (of(pull.merge), RUNNER),
        "blob:none": (of(pull.merge, "--filter=blob:none"), RUNNER),
        "sparse": (sparse, RUNNER),
        "head, depth 1": (of(pull.head, "--depth=1"), RUNNER),
        "head without base": (of(pull.head), RUNNER),
        "other owner": (of(pull.merge, "--depth=1"), SOMEBODY_ELSE),
        "no checkout": (lambda workspace: None, RUNNER),
    }


def made(make, owner, workspace):
    shutil.rmtree(workspace, ignore_errors=True)
    os.makedirs(workspace)
    make(workspace)
    for folder, _, names in os.walk(workspace):
        for path in [folder] + [os.path.join(folder, name) for name in names]:
            os.chown(path, owner, owner, follow_symlinks=False)


def everything_in(workspace):
    """Path -> mode, owner, time and bytes."""
    state = {}
    for folder, folders, names in os.walk(workspace):
        for name in folders + names:
            path = os.path.join(folder, name)
            is_file = os.path.isfile(path) and not os.path.islink(path)
            told = os.lstat(path)
            content = open(path, "rb").read() if is_file else b""
            # A folder's time moves when a report is written beside what is there.
            state[os.path.relpath(path, workspace)] = (told.st_mode, told.st_uid, told.st_mtime_ns if is_file else 0, content)
    return state
