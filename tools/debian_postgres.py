"""A PostgreSQL server that only a newer Debian has, unpacked beside the machine's own libraries. Nothing is installed.

apt, with lists of its own, resolves which libraries the server's packages need; all are unpacked into one folder, and
patchelf makes the programs take loader and libraries from there. Needs Debian (or apt, dpkg and Debian's keyring).
"""
import glob
import os
import re
import shutil
import subprocess

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
PROGRAMS = "root/usr/lib/postgresql/%d"
LOADER, LIBRARIES = "root/usr/lib64/ld-linux-x86-64.so.2", "root/usr/lib/x86_64-linux-gnu"


def unpack(folder, major, suite):
    """The server of `suite`, with what it needs of sid, below folder/root."""
    apt = os.path.join(folder, "apt")
    for archive in download(apt, ["postgresql-%d" % major, "postgresql-client-%d" % major], suite):
        run(["dpkg-deb", "-x", archive, os.path.join(folder, "root")])
    tool = patchelf(apt)
    for program in glob.glob(os.path.join(folder, PROGRAMS % major, "bin", "*")):
        if is_elf(program):
            run([tool, "--set-interpreter", os.path.join(folder, LOADER), "--force-rpath", "--set-rpath",
                 os.path.join(folder, LIBRARIES), program])
    shutil.rmtree(apt)


def download(folder, packages, suite):
    """The files; `folder` is apt's own."""
    archives = os.path.join(folder, "archives")
    for made in ("lists/partial", "archives/partial"):
        os.makedirs(os.path.join(folder, made))
    with open(os.path.join(folder, "sources.list"), "w") as sources:
        for each in ("sid", suite):
            sources.write("deb [signed-by=%s] %s %s main\n" % (KEYRING, mirror(), each))
    open(os.path.join(folder, "status"), "w").close()   # as if nothing was installed
    config = os.path.join(folder, "apt.conf")
    with open(config, "w") as file:
        for name, value in {"State": "", "State::Lists": "lists", "State::status": "status", "Cache": "",
                            "Cache::archives": "archives", "Etc::SourceList": "sources.list"}.items():
            file.write('Dir::%s "%s";\n' % (name, os.path.join(folder, value)))
        file.write('Dir::Etc::SourceParts "/dev/null";\nDir::Etc::PreferencesParts "/dev/null";\n'
                   'APT::Sandbox::User "root";\nAcquire::Languages "none";\n')
    apt = dict(os.environ, APT_CONFIG=config)
    run(["apt-get", "update", "-qq"], env=apt)
    run(["apt-get", "install", "-qq", "-y", "--download-only", "--no-install-recommends", "-t", suite,
         *libraries_of(packages, apt)], env=apt)
    run(["apt-get", "download", "-qq", "-t", suite, *packages], env=apt, cwd=archives)
    return glob.glob(os.path.join(archives, "*.deb"))


def mirror():
    """Debian's, among the machine's own package sources; not that of its security updates."""
    listed = run(["apt-get", "indextargets", "--format", "$(SITE) $(ORIGIN) $(LABEL)"]).splitlines()
    sites = [site for site, _, label in (line.partition(" Debian ") for line in listed) if label == "Debian"]
    if not sites:
        raise RuntimeError("no Debian mirror among the machine's package sources: add one to /etc/apt/sources.list.d")
    return sites[0]


def libraries_of(packages, apt):
    """A server needs no more to run: what configures a machine for it is left out."""
    told = run(["apt-cache", "show", *packages], env=apt)
    needs = ",".join(re.findall(r"^Depends: (.*)", told, re.M)).split(",")
    return sorted({name for name in (need.split()[0] for need in needs) if re.match(r"lib|zlib", name)})


def patchelf(folder):
    """Unpacked from the machine's own Debian."""
    run(["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", "patchelf"], cwd=folder)
    run(["dpkg-deb", "-x", *glob.glob(os.path.join(folder, "patchelf_*.deb")), os.path.join(folder, "patchelf")])
    return os.path.join(folder, "patchelf", "usr/bin/patchelf")


def is_elf(path):
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def run(command, **more):
    return subprocess.run(command, check=True, timeout=600, stdout=subprocess.PIPE, text=True, **more).stdout
