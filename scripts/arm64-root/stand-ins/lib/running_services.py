"""Runs the services of an instance that goes on running, as systemd does: their signals, their time to end, their log."""

import os
import signal
import subprocess

from unit_file import Unit
from unit_player import execute, execution

LOGS = "/var/log/units"
STOP_SECONDS = 90


class RunningServices:
    # A start that may last for ever may.
    start_seconds = None

    def __init__(self):
        # By the name of the unit, in the order of their starts.
        self._processes = {}
        os.makedirs(LOGS, exist_ok=True)

    def start(self, unit, words, options):
        try:
            with open(f"{LOGS}/{unit.name}.log", "ab") as log:
                self._processes[unit.name] = subprocess.Popen(words, stdout=log, start_new_session=True, **options)
        except OSError:
            return 203
        return 0

    def stop(self, name):
        """Ends a service, and those that are part of the unit; what was started last ends first."""
        names = [each for each in reversed(self._processes) if name in (each, *Unit(each).names("PartOf"))]
        return [self._end(Unit(each), self._processes.pop(each)) for each in names]

    def _end(self, unit, process):
        if process.poll() is not None:
            return {"unit": unit.name, "status": process.returncode, "inTime": True}
        options = execution(unit)
        for line in unit.texts("Service", "ExecStop"):
            execute(unit.command(line, options["env"])[1], options, [])
        number = signal.Signals[unit.text("Service", "KillSignal", "SIGTERM")]
        if unit.text("Service", "KillMode", "control-group") == "control-group":
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        in_time = True
        try:
            process.wait(int(unit.text("Service", "TimeoutStopSec", f"{STOP_SECONDS}")))
        except subprocess.TimeoutExpired:
            in_time = False
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        return {"unit": unit.name, "status": process.returncode, "inTime": in_time}
