"""Plays what systemd does with the units that an image installs.

Generators run; units are started in order, with what they require; commands of a oneshot service run, as the service's
user, and so does what comes before the start of any other service. A service that would go on running is not run: it
counts as started when its program is there, but on an instance that goes on itself (live). A start that may last for
ever (TimeoutStartSec=infinity) counts as one that has not ended, and what comes after it waits, after START_SECONDS.
Units of packages (docker, the SSM agent) count as started. Sandboxing (Protect..., Private..., capabilities, control
groups) and limits are not played.
"""

import json
import os
import pwd
import subprocess

from unit_file import Unit

STATES = "/run/stand-ins/units.json"
GENERATORS = ["/etc/systemd/system-generators", "/usr/local/lib/systemd/system-generators"]
DYNAMIC_USER = 61184
ACTIVE = ("started", "vendor", "remains")
SUCCEEDED = (*ACTIVE, "ran", "skipped")
PENDING = ("starting", "waiting")
START_SECONDS = 8


class LookedAt:
    """Services on an instance on which nothing runs between two commands."""

    start_seconds = START_SECONDS

    def start(self, unit, words, options):
        """Returns an exit status: 203 (systemd.exec(5)) for a program that is not there."""
        return 0 if os.access(words[0], os.X_OK) else 203


services = LookedAt()


def states():
    try:
        with open(STATES, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def boot():
    """Starts what multi-user.target pulls in, on an instance on which nothing runs yet."""
    generate()
    return start("multi-user.target")


def generate():
    outputs = [f"/run/systemd/{name}" for name in ("generator", "generator.early", "generator.late")]
    for output in outputs:
        subprocess.run(["rm", "-rf", output], check=True)
        os.makedirs(output)
    for directory in filter(os.path.isdir, GENERATORS):
        for name in sorted(os.listdir(directory)):
            subprocess.run([f"{directory}/{name}", *outputs], check=True)


def start(name):
    """Starts a unit and what it needs, and returns the state of each unit that was looked at."""
    known = {unit: state for unit, state in states().items() if state["state"] in ACTIVE}
    wanted = _transaction(name, known)
    after = _predecessors(wanted)
    for unit in _ordered(wanted, after):
        known[unit.name] = _start(unit, known, after.get(unit.name, set()))
        if known[unit.name]["state"] == "failed":
            for other in unit.names("OnFailure"):
                known[other] = _run(Unit(other))
    merged = {**states(), **known}
    os.makedirs(os.path.dirname(STATES), exist_ok=True)
    with open(STATES, "w", encoding="utf-8") as file:
        json.dump(merged, file)
    return merged


def _transaction(name, known):
    """The units to start, by name: the one named, and what it requires and wants."""
    found, waiting = {}, [name]
    while waiting:
        unit = Unit(waiting.pop())
        if unit.name in found or unit.name in known:
            continue
        found[unit.name] = unit
        pulled = unit.pulled_in("wants") + unit.pulled_in("requires")
        if not unit.is_vendors:
            pulled += [other for key in ("Requires", "Wants", "BindsTo") for other in unit.names(key)]
        waiting += pulled
    return found


def _predecessors(wanted):
    """By the name of a unit, the names of those before it."""
    after = {name: set(unit.names("After")) & set(wanted) for name, unit in wanted.items() if not unit.is_vendors}
    for name, unit in wanted.items():
        for other in () if unit.is_vendors else unit.names("Before"):
            if other in wanted:
                after.setdefault(other, set()).add(name)
    return after


def _ordered(wanted, after):
    ordered, placed = [], set()
    while len(ordered) < len(wanted):
        ready = sorted(name for name in wanted if name not in placed and not after.get(name, set()) - placed)
        if not ready:
            raise ValueError(f"units wait for each other: {sorted(set(wanted) - placed)}")
        ordered += [wanted[name] for name in ready]
        placed.update(ready)
    return ordered


def _start(unit, known, predecessors):
    if unit.masked:
        return {"state": "masked", "output": ""}
    if unit.path is None:
        return {"state": "missing", "output": f"Unit {unit.name} not found."}
    if unit.is_vendors:
        return {"state": "vendor", "output": ""}
    for other in [*unit.names("Requires"), *unit.names("BindsTo"), *unit.pulled_in("requires")]:
        if known.get(other, {}).get("state") not in (*SUCCEEDED, *PENDING):
            return {"state": "withheld", "output": f"Dependency failed for {unit.name}: {other}"}
    if pending := sorted(name for name in predecessors if known.get(name, {}).get("state") in PENDING):
        return {"state": "waiting", "output": f"{unit.name} waits for {', '.join(pending)}\n"}
    return _run(unit)


def _run(unit):
    if not unit.name.endswith(".service"):
        return {"state": "started", "output": ""}
    if not _conditions_hold(unit):
        return {"state": "skipped", "output": f"{unit.name}: a condition does not hold\n"}
    oneshot = unit.text("Service", "Type") == "oneshot"
    patience = services.start_seconds if unit.text("Service", "TimeoutStartSec") == "infinity" else None
    output = []
    options = execution(unit)
    _make_directories(unit, options.get("user"))
    for key in ("ExecStartPre", "ExecStart"):
        for line in unit.texts("Service", key):
            prefixes, words = unit.command(line, options["env"])
            if key == "ExecStart" and not oneshot:
                status = services.start(unit, words, options)
            else:
                status = execute(words, _as_root(options) if "+" in prefixes else options, output, patience)
            if status is None:
                return {"state": "starting", "output": "".join(output)}
            if status != 0 and "-" not in prefixes:
                output.append(f"{unit.name}: {key} ended with exit status {status}\n")
                return {"state": "failed", "output": "".join(output)}
    state = "started" if not oneshot else "remains" if unit.flag("Service", "RemainAfterExit") else "ran"
    return {"state": state, "output": "".join(output)}


def execution(unit):
    """What a unit's commands run with, as options of subprocess.Popen."""
    processor = {"QEMU_CPU": os.environ["QEMU_CPU"]} if "QEMU_CPU" in os.environ else {}
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"
    options = {
        "env": {"PATH": path, **processor, **unit.environment()},
        "stdin": subprocess.DEVNULL,
        "stderr": subprocess.STDOUT,
        "umask": int(unit.text("Service", "UMask", "0022"), 8),
        "cwd": "/",
    }
    user = _user(unit)
    return options if user is None else {**options, "user": user, "group": user, "extra_groups": []}


def execute(words, options, output, seconds=None):
    """Runs a command to its end. Returns its exit status, or None when its time is over; then it is ended."""
    try:
        done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False, timeout=seconds, **options)
    except subprocess.TimeoutExpired as expired:
        output.append((expired.stdout or b"").decode())
        return None
    except OSError as error:
        output.append(f"{words[0]}: {error}\n")
        return 203
    output.append(done.stdout)
    return done.returncode if done.returncode >= 0 else 128 - done.returncode


def _as_root(options):
    return {key: value for key, value in options.items() if key not in ("user", "group", "extra_groups")}


def _user(unit):
    if unit.flag("Service", "DynamicUser"):
        return DYNAMIC_USER
    name = unit.text("Service", "User")
    return pwd.getpwnam(name).pw_uid if name else None


def _make_directories(unit, user):
    for key, parent in (("RuntimeDirectory", "/run"), ("StateDirectory", "/var/lib"), ("CacheDirectory", "/var/cache")):
        mode = int(unit.text("Service", f"{key}Mode", "0755"), 8)
        for name in [name for text in unit.texts("Service", key) for name in unit.fill(text).split()]:
            os.makedirs(f"{parent}/{name}", exist_ok=True)
            os.chmod(f"{parent}/{name}", mode)
            if user is not None:
                os.chown(f"{parent}/{name}", user, user)


def _conditions_hold(unit):
    """Whether the unit's conditions let it start; where they do not, that is no failure (systemd.unit(5))."""
    keys = {key for section, key in unit._values if section == "Unit" and key.startswith(("Condition", "Assert"))}
    if others := sorted(keys - {"ConditionPathExists"}):
        raise ValueError(f"{unit.name}: {', '.join(others)} are not played")
    paths = [unit.fill(text) for text in unit.texts("Unit", "ConditionPathExists")]
    if marked := [path for path in paths if path[0] in "|!"]:
        raise ValueError(f"{unit.name}: ConditionPathExists={marked[0]} is not played")
    return all(os.path.exists(path) for path in paths)
