"""Pull requests of public projects, drawn at random: the same ones for the same seed.

A list of projects has a line for each: its name, by which a folder has its clone (owner+name, a work tree, a git directory,
or one in `repo`), and the globs of git's pathspec that its migrations meet, separated by spaces. A pull request is a commit
of the first parents that adds or changes one of them.
"""
import os
import random
import subprocess


def projects(path):
    """(name, globs) of each."""
    with open(path) as rows:
        for row in rows:
            if row.strip() and not row.startswith("#"):
                name, globs = row.rstrip("\n").split("\t")[:2]
                yield name, globs.split()


def folder_of(repositories, name):
    folder = os.path.join(repositories, name.replace("/", "+"))
    return os.path.join(folder, "repo") if os.path.isdir(os.path.join(folder, "repo")) else folder


def git(folder, *arguments, **more):
    return subprocess.run(["git", "-C", folder, *arguments], check=True, text=True, errors="replace",
                          stdout=subprocess.PIPE, **more).stdout


def pull_requests(folder, globs, count, seed):
    found = git(folder, "log", "--first-parent", "-m", "--diff-filter=AM", "--min-parents=1", "--format=%H", "--",
                *globs).split()
    found = sorted(set(found))
    random.Random(seed).shuffle(found)
    return found[:count]
