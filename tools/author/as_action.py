"""Runs the action on a commit of a clone, before a GitHub of its own, and tells what it sent there."""
import http.server
import json
import os
import re
import subprocess
import threading

REPOSITORY = "acme/shop"
NUMBER = 7
NO_THREADS = {"data": {"viewer": {"login": "github-actions"}, "repository": {"pullRequest": {"reviewThreads": {
    "nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}}}}}
FILE = re.compile(r"^diff --git .*\n(?:[^@].*\n)*?\+\+\+ b/(.*)\n", re.M)


def git(folder, *arguments, **more):
    return subprocess.run(["git", "-C", folder, *arguments], check=True, stdout=subprocess.PIPE, **more).stdout


def changed_files(folder, base, head):
    """As GitHub lists them."""
    files = []
    for part in re.split(r"^(?=diff --git )", git(folder, "diff", base, head).decode(errors="replace"), flags=re.M):
        name, begin = FILE.match(part), part.find("\n@@ ")
        if name and begin >= 0:
            files.append({"filename": name[1].rstrip("\t"), "status": "modified", "patch": part[begin + 1:].rstrip("\n")})
    return files


class Scratch:
    """A repository that has the objects of another, which stays as it is."""

    def __init__(self, folder, objects_of):
        self.folder = os.path.join(folder, "workspace")
        subprocess.run(["git", "init", "--quiet", self.folder], check=True)
        objects = git(objects_of, "rev-parse", "--path-format=absolute", "--git-path", "objects").decode().strip()
        with open(os.path.join(self.folder, ".git", "objects", "info", "alternates"), "w") as file:
            file.write(objects + "\n")

    def commit(self, parent, files):
        """A commit on top of another that puts these contents into their files."""
        own = dict(os.environ, GIT_INDEX_FILE=os.path.join(self.folder, ".git", "scratch-index"),
                   **{"GIT_%s_%s" % (who, what): "pgfence@example.org" for who in ("AUTHOR", "COMMITTER")
                      for what in ("NAME", "EMAIL")})
        git(self.folder, "read-tree", parent, env=own)
        for path, content in files.items():
            blob = git(self.folder, "hash-object", "-w", "--stdin", input=content).decode().strip()
            git(self.folder, "update-index", "--add", "--cacheinfo", "100644,%s,%s" % (blob, path), env=own)
        tree = git(self.folder, "write-tree", env=own).decode().strip()
        return git(self.folder, "commit-tree", tree, "-p", parent, "-m", "suggestions", env=own).decode().strip()


class GitHub:
    """Keeps what is posted: [(path, body), ...]"""

    def __init__(self, files, head):
        self.posted = posted = []
        comments = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def answer(self, value, status=200):
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                path = self.path.partition("?")[0]
                if path.endswith("/pulls/%d" % NUMBER):  # asked before each write: is this still the head?
                    return self.answer({"number": NUMBER, "state": "open", "head": {"sha": head}})
                if path.endswith("/issues/%d/comments" % NUMBER):  # and after: is there one comment only?
                    return self.answer(comments)
                self.answer(files if "/pulls/%d/files" % NUMBER in path else [])

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "{}")
                if self.path == "/graphql":
                    return self.answer(NO_THREADS)
                posted.append((self.path, body))
                made = dict(body, id=1, html_url="", user={"login": "github-actions[bot]", "type": "Bot"})
                if self.path.endswith("/issues/%d/comments" % NUMBER):
                    comments.append(made)
                self.answer(made, 201)

            do_PATCH = do_PUT = do_POST

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = "http://127.0.0.1:%d" % self.server.server_port

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def bodies(self, ending):
        return [body for path, body in self.posted if path.endswith(ending)]


class Sent:
    def __init__(self, github, done, summary):
        runs, comments = github.bodies("/check-runs"), github.bodies("/comments")
        self.exit_code, self.log, self.summary = done.returncode, done.stdout, summary
        self.check = runs[0] if runs else {}
        self.comment = comments[0]["body"] if comments else ""
        self.suggestions = [one for review in github.bodies("/reviews") for one in review["comments"]]


def review(program, workspace, base, head, folder, inputs):
    """What the action sends for the change from base to head. `folder` takes the files that it writes."""
    side = {"repo": {"full_name": REPOSITORY}}
    event = {"repository": dict(side["repo"], default_branch="main"),
             "pull_request": {"number": NUMBER, "base": dict(side, sha=base), "head": dict(side, sha=head)}}
    with open(os.path.join(folder, "event.json"), "w") as file:
        json.dump(event, file)
    summary, github = os.path.join(folder, "summary.md"), GitHub(changed_files(workspace, base, head), head)
    open(summary, "w").close()
    variables = {"GITHUB_ACTIONS": "true", "GITHUB_API_URL": github.url, "GITHUB_GRAPHQL_URL": github.url + "/graphql",
                 "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": os.path.join(folder, "event.json"),
                 "GITHUB_REPOSITORY": REPOSITORY, "GITHUB_SERVER_URL": "https://github.com", "GITHUB_RUN_ID": "1",
                 "GITHUB_STEP_SUMMARY": summary, "GITHUB_WORKSPACE": workspace, "INPUT_TOKEN": "none",
                 "INPUT_CHECK-NAME": "pgfence", "INPUT_SARIF-FILE": "", "INPUT_REPORT-FILE": "", "NO_PROXY": "*",
                 "PATH": os.environ["PATH"], **{"INPUT_" + name.upper(): value for name, value in inputs.items()}}
    try:
        done = subprocess.run([program, "action"], env=variables, cwd=workspace, stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.STDOUT, errors="replace", timeout=600)
    finally:
        github.stop()
    with open(summary, errors="replace") as file:
        return Sent(github, done, file.read())
