"""A GitHub on this machine: the API that pgfence writes to and git over HTTPS, behind a certificate of its own."""
import base64
import http.server
import json
import os
import re
import ssl
import subprocess
import threading

REPOSITORY = "acme/shop"


def certificate(folder):
    """A certificate for localhost; its file is the authority that the container has to trust."""
    key, cert = os.path.join(folder, "key.pem"), os.path.join(folder, "ca.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert],
                   check=True, stderr=subprocess.DEVNULL)
    os.chmod(cert, 0o644)
    return key, cert


class GitHub:
    """`origin` is a bare repository, `head` the pull request's. `writes`: False for the token of a fork's."""

    def __init__(self, origin, head, token, folder, writes=True):
        self.origin, self.head, self.token, self.writes = origin, head, token, writes
        self.check_runs, self.comments, self.bodies = {}, {}, []
        self.basic = "Basic " + base64.b64encode(("x-access-token:" + token).encode()).decode()
        github = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self):
                status, headers, body = github.answer(self.command, self.path, self.headers, self.body())
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def body(self):
                if self.headers.get("Transfer-Encoding") != "chunked":
                    return self.rfile.read(int(self.headers.get("Content-Length") or 0))
                whole = b""
                while size := int(self.rfile.readline(), 16):
                    whole += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return whole

            do_GET = do_POST = do_PATCH = do_DELETE = answer

        key, self.authority = certificate(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.authority, key)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = "https://localhost:%d" % self.server.server_port

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, method, path, headers, body):
        if path.startswith("/%s/" % REPOSITORY):
            return self.git(method, path, headers, body)
        self.bodies.append(body.decode())
        if headers.get("Authorization") != "Bearer " + self.token:
            status, value = 401, {"message": "Bad credentials"}
        elif method != "GET" and not path.endswith("/graphql") and not self.writes:
            status, value = 403, {"message": "Resource not accessible by integration"}
        else:
            status, value = self.api(method, path.split("?")[0], json.loads(body) if body else {})
        return status, {"Content-Type": "application/json"}, json.dumps(value).encode()

    def api(self, method, path, sent):
        rest = path.removeprefix("/api/v3/repos/" + REPOSITORY)
        if path == "/api/graphql":
            return 200, {"data": {"viewer": {"login": "github-actions"}}}
        if found := re.fullmatch(r"/pulls/(\d+)", rest):  # asked before each write: is this still the head?
            return 200, {"number": int(found[1]), "state": "open", "head": {"sha": self.head}}
        if rest == "/check-runs":
            return 201, self.check_run(len(self.check_runs) + 1, sent)
        if found := re.fullmatch(r"/check-runs/(\d+)", rest):
            return 200, self.check_run(int(found[1]), sent)
        if re.fullmatch(r"/issues/\d+/comments", rest):
            return (200, list(self.comments.values())) if method == "GET" else (201, self.comment(100, sent))
        if found := re.fullmatch(r"/issues/comments/(\d+)", rest):
            return 200, self.comment(int(found[1]), sent)
        return 404, {"message": "Not Found"}

    def check_run(self, number, sent):
        run = self.check_runs.setdefault(number, {"id": number, "html_url": self.url + "/runs/1", "annotations": []})
        run["annotations"] += sent.get("output", {}).pop("annotations", [])
        run.update(sent)
        return run

    def comment(self, number, sent):
        comment = self.comments.setdefault(number, {"id": number, "html_url": self.url + "/comments/1",
                                                    "user": {"login": "github-actions[bot]", "type": "Bot"}})
        comment.update(sent)
        return comment

    def git(self, method, path, headers, body):
        if headers.get("Authorization") != self.basic:
            return 401, {"WWW-Authenticate": 'Basic realm="GitHub"'}, b""
        path, _, query = path.partition("?")
        environment = {**os.environ, "GIT_PROJECT_ROOT": self.origin, "GIT_HTTP_EXPORT_ALL": "1", "REQUEST_METHOD": method,
                       "PATH_INFO": path.removeprefix("/" + REPOSITORY).removeprefix(".git"), "QUERY_STRING": query,
                       "CONTENT_TYPE": headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
                       "HTTP_CONTENT_ENCODING": headers.get("Content-Encoding", "")}
        output = subprocess.run(["git", "-c", "safe.directory=*", "http-backend"], input=body, env=environment, check=True,
                                stdout=subprocess.PIPE).stdout
        head, _, content = output.partition(b"\r\n\r\n")
        answer = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        return int(answer.pop("Status", "200")[:3]), answer, content
