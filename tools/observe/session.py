"""A session with a PostgreSQL server over its unix socket: as much of the protocol as sending one simple query takes.

psql cannot be asked to send a statement and come back for the answer later, which watching a waiting statement needs.
(PostgreSQL manual, "Frontend/Backend Protocol".)
"""
import select
import socket
import struct
from dataclasses import dataclass, field


@dataclass
class Answer:
    rows: list = field(default_factory=list)
    messages: list = field(default_factory=list)   # "DEBUG: rewriting table ..."
    sqlstate: str = ""                             # of the error, if there was one
    error: str = ""


class ServerError(Exception):
    pass


class Session:
    def __init__(self, socket_path, database):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(socket_path)
        self.waiting = b""
        words = b"user\0postgres\0database\0" + database.encode() + b"\0\0"
        self.socket.sendall(struct.pack("!ii", len(words) + 8, 196608) + words)
        startup = self.receive()
        if startup.error:
            raise ServerError(startup.error)
        self.pid = int(self.rows("SELECT pg_backend_pid()")[0][0])

    def close(self):
        self.socket.close()

    def send(self, sql):
        text = sql.encode() + b"\0"
        self.socket.sendall(b"Q" + struct.pack("!i", len(text) + 4) + text)

    def answered(self, seconds):
        """Whether the server has said something since `send`; messages may come before the end."""
        return bool(self.waiting) or bool(select.select([self.socket], [], [], seconds)[0])

    def receive(self):
        answer = Answer()
        while True:
            kind, body = self.message()
            if kind == b"Z":
                return answer
            if kind == b"D":
                answer.rows.append(row(body))
            elif kind == b"E":
                said = fields(body)
                answer.sqlstate, answer.error = said["C"], said["M"]
            elif kind == b"N":
                said = fields(body)
                answer.messages.append("%s: %s" % (said["S"], said["M"]))
            elif kind == b"G":   # COPY FROM STDIN: no rows
                self.socket.sendall(b"c" + struct.pack("!i", 4))

    def ask(self, sql):
        self.send(sql)
        return self.receive()

    def ask_all(self, statements):
        """Sent in one go: no answer is waited for before the next is sent. None of them may be a COPY FROM STDIN."""
        texts = [sql.encode() + b"\0" for sql in statements]
        self.socket.sendall(b"".join(b"Q" + struct.pack("!i", len(text) + 4) + text for text in texts))
        return [self.receive() for _ in texts]

    def rows(self, sql):
        answer = self.ask(sql)
        if answer.error:
            raise ServerError("%s: %s" % (sql, answer.error))
        return answer.rows

    def message(self):
        header = self.exactly(5)
        return header[:1], self.exactly(struct.unpack("!i", header[1:])[0] - 4)

    def exactly(self, size):
        while len(self.waiting) < size:
            got = self.socket.recv(65536)
            if not got:
                raise ServerError("the server closed the connection")
            self.waiting += got
        taken, self.waiting = self.waiting[:size], self.waiting[size:]
        return taken


def row(body):
    values, at = [], 2
    for _ in range(struct.unpack("!h", body[:2])[0]):
        size = struct.unpack("!i", body[at:at + 4])[0]
        at += 4
        values.append(None if size < 0 else body[at:at + size].decode(errors="replace"))
        at += max(size, 0)
    return values


def fields(body):
    return {part[:1].decode(): part[1:].decode(errors="replace") for part in body.split(b"\0") if part}
