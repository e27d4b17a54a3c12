"""A fresh server of one version in a temporary folder, gone at the end of the `with` block.

PostgreSQL refuses to run as root, so as root it runs as `nobody`. It listens on a unix socket in its own folder only.
"""
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

from session import ServerError, Session

PORT = 5432
# Nothing moves by itself, and no plan depends on how many rows there are or how many processors the machine has.
SETTINGS = {
    "listen_addresses": "", "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off",
    "autovacuum": "off", "jit": "off", "max_parallel_workers_per_gather": "0", "max_parallel_maintenance_workers": "0",
    "wal_level": "logical", "timezone": "UTC", "lc_messages": "C", "shared_buffers": "32MB", "max_connections": "30",
    "allow_in_place_tablespaces": "on",
}


class Server:
    place = None   # of its folder: where temporary files are

    def __init__(self, major, bindir, settings=SETTINGS):
        self.major, self.bindir, self.settings = major, bindir, settings
        self.user = "nobody" if os.geteuid() == 0 else None

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="pgfence-observe-", dir=self.place)
        self.process = None
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.send_signal(signal.SIGINT)   # fast shutdown
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        if self.user:
            os.chown(self.folder, pwd.getpwnam(self.user).pw_uid, -1)
        data = os.path.join(self.folder, "data")
        made = self.run(subprocess.run, "initdb", ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                                                   "--no-locale", "-N"], timeout=600)
        if made.returncode != 0:
            raise ServerError("initdb says: " + made.stdout)
        settings = dict(self.settings, unix_socket_directories=self.folder, port=str(PORT))
        arguments = ["-D", data] + [word for name, value in settings.items() for word in ("-c", name + "=" + value)]
        with open(os.path.join(self.folder, "log"), "wb") as log:
            self.process = self.run(subprocess.Popen, "postgres", arguments, stdout=log)
        self.await_connections()

    def run(self, how, program, arguments, stdout=subprocess.PIPE, **more):
        return how([os.path.join(self.bindir, program), *arguments], cwd="/", user=self.user, stdin=subprocess.DEVNULL,
                   stdout=stdout, stderr=subprocess.STDOUT, env=dict(os.environ, LC_ALL="C"),
                   **(dict(text=True) if stdout == subprocess.PIPE else {}), **more)

    def await_connections(self):
        for _ in range(600):
            try:
                self.connect("postgres").close()
                return
            except (ServerError, OSError):
                if self.process and self.process.poll() is not None:
                    break
                time.sleep(0.05)
        with open(os.path.join(self.folder, "log"), errors="replace") as log:
            raise ServerError("the server does not start: " + log.read())

    def connect(self, database):
        return Session(os.path.join(self.folder, ".s.PGSQL.%d" % PORT), database)
