#!/usr/bin/python3 -IB
"""Counts how a process of the runtime ended, when that was no clean end.

report-crash NAMESPACE CRASHES ILLEGAL_INSTRUCTIONS

systemd runs it after each end of a process and before the next start (ExecStopPost=), and says how the process ended in
the variables of systemd.exec(5), "Environment Variables Set or Propagated by the Service Manager". Of a container only
an exit status is left: 128 and the number of the signal. SIGILL is signal 4.
"""

import os
import sys

REPORTER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "report-metric")

# "exec-condition" is a start that was not wanted.
NO_CRASH = ("success", "exec-condition")
ILLEGAL_INSTRUCTION = (("killed", "ILL"), ("dumped", "ILL"), ("exited", "132"))


def main(namespace, crashes, illegal_instructions):
    ended = [os.environ.get(name, "") for name in ("SERVICE_RESULT", "EXIT_CODE", "EXIT_STATUS")]
    if ended[0] in NO_CRASH:
        return
    print("the runtime ended:", *ended, flush=True)
    metrics = [crashes, illegal_instructions] if tuple(ended[1:]) in ILLEGAL_INSTRUCTION else [crashes]
    os.execv(REPORTER, [REPORTER, namespace, *metrics])


if __name__ == "__main__":
    main(*sys.argv[1:])
