"""Reads systemd units: search path, templates, drop-ins, dependencies, command lines."""

import os
import re
import shlex

SEARCH = [
    "/etc/systemd/system",
    "/run/systemd/system",
    "/run/systemd/generator",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
]
VENDOR = "/usr/lib/systemd/system"
DIRECTORIES = {"%t": "/run", "%S": "/var/lib", "%C": "/var/cache", "%L": "/var/log", "%T": "/tmp", "%E": "/etc"}


class Unit:
    """A unit with all of its drop-ins. `path` is where its file was found; None for one that does not exist."""

    def __init__(self, name):
        self.name = name
        self.template, self.instance = _split(name)
        names = [name] if self.template is None else [name, self.template]
        self.path = next((path for path in _paths(names) if os.path.lexists(path)), None)
        self.masked = self.path is not None and os.path.realpath(self.path) == "/dev/null"
        self._values = {}
        if self.path and not self.masked:
            for file in [self.path, *_drop_ins(names)]:
                self._read(file)

    @property
    def is_vendors(self):
        """Whether it came with a package, and so is none of ours to play."""
        return self.path is not None and os.path.realpath(self.path).startswith(VENDOR)

    def texts(self, section, key):
        return self._values.get((section, key), [])

    def text(self, section, key, default=""):
        return self.texts(section, key)[-1] if self.texts(section, key) else default

    def flag(self, section, key):
        return self.text(section, key).lower() in ("1", "yes", "true", "on")

    def names(self, key):
        """The units that a dependency of the [Unit] section names."""
        return [self.fill(name) for text in self.texts("Unit", key) for name in text.split()]

    def pulled_in(self, kind):
        """The units in `NAME.wants` or `NAME.requires` directories, where `systemctl enable` links them."""
        directories = [f"{directory}/{self.name}.{kind}" for directory in SEARCH if directory != VENDOR]
        return [name for directory in directories if os.path.isdir(directory) for name in sorted(os.listdir(directory))]

    def fill(self, text):
        """Replaces specifiers (systemd.unit(5)). Raises ValueError for one that is not played."""
        name, dot, suffix = self.name.rpartition(".")
        values = {"%%": "%", "%n": self.name, "%N": name, "%p": name.split("@")[0], **DIRECTORIES}
        values |= {"%i": self.instance or "", "%I": (self.instance or "").replace("-", "/")}

        def replace(match):
            if match[0] not in values:
                raise ValueError(f"{self.name}: the specifier {match[0]} is not played")
            return values[match[0]]

        return re.sub("%.", replace, text)

    def command(self, line, environment):
        """Prefixes and words of a command line (systemd.service(5), "Command lines")."""
        prefixes = re.match(r"[-@:+!|]*", line)[0]
        words = []
        for word in shlex.split(line[len(prefixes) :]):
            filled = self.fill(word)
            if alone := re.fullmatch(r"\$(\w+)", filled):
                words += environment.get(alone[1], "").split()
            else:
                filled = re.sub(r"\$\{(\w+)\}", lambda match: environment.get(match[1], ""), filled)
                words.append(filled.replace("$$", "$"))
        return prefixes, words

    def environment(self):
        pairs = [pair for text in self.texts("Service", "Environment") for pair in shlex.split(self.fill(text))]
        for text in self.texts("Service", "EnvironmentFile"):
            file = self.fill(text.removeprefix("-"))
            if os.path.exists(file) or not text.startswith("-"):
                with open(file, encoding="utf-8") as lines:
                    pairs += [shlex.split(line)[0] for line in lines if "=" in line and line[0] not in "#;"]
        return dict(pair.split("=", 1) for pair in pairs)

    def _read(self, file):
        with open(file, encoding="utf-8") as stream:
            text = re.sub(r"\\\n\s*", " ", stream.read())
        section = None
        for line in map(str.strip, text.splitlines()):
            if line.startswith("["):
                section = line.strip("[]")
            elif line and line[0] not in "#;":
                key, value = (part.strip() for part in line.split("=", 1))
                values = self._values.setdefault((section, key), [])
                # An empty value forgets the ones before it.
                values[:] = [*values, value] if value else []


def _split(name):
    match = re.fullmatch(r"(.+?)@(.+)(\.\w+)", name)
    return (f"{match[1]}@{match[3]}", match[2]) if match else (None, None)


def _paths(names):
    return [f"{directory}/{name}" for name in names for directory in SEARCH]


def _drop_ins(names):
    directories = [f"{path}.d" for path in _paths(names) if os.path.isdir(f"{path}.d")]
    return [f"{d}/{file}" for d in directories for file in sorted(os.listdir(d)) if file.endswith(".conf")]
