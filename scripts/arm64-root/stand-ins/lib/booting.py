"""Boots the instance, as far as its own units go."""

import os
import subprocess

import unit_player

HUGE_PAGES = "/sys/kernel/mm/transparent_hugepage"
SETTINGS = ("enabled", "defrag", "hugepages-64kB/enabled")


def boot():
    """Returns the state of each unit."""
    subprocess.run("rm -rf /run/* /tmp/*; : >/etc/machine-id", shell=True, check=True)
    _set_huge_pages()
    return unit_player.boot()


def _set_huge_pages():
    """What systemd-tmpfiles-setup.service does about them."""
    if not os.path.isdir(HUGE_PAGES):
        return
    for name in SETTINGS:
        # Empty: what is written replaces all of a kernel's file, and only the beginning of this one.
        with open(os.path.join(HUGE_PAGES, name), "w", encoding="ascii"):
            pass
    subprocess.run(["systemd-tmpfiles", "--create", "--prefix=/sys"], check=True)
