#!/usr/bin/python3 -EsB
"""Writes the configuration of HAProxy in front of the processes of this instance.

proxy-config FILE [ROOT]
"""

import sys

from process_layout import read_contract, read_layout

# No generation is cut while it is silent, and no idle connection is closed under the load balancer, whose own idle
# time-out is 4000 s at most: it would answer 502 to the request that crosses with the end of the connection.
# One connection for each request on the loopback, because a process may close an idle one as a request comes in.
# A request is tried again only while no process has accepted its connection: nothing is ever generated twice.
# Two threads, because one for each core, the default, would crowd the processes.
TEMPLATE = """\
global
    log stdout format raw local0 notice
    nbthread 2
    maxconn 4096

defaults
    mode http
    log global
    option http-server-close
    option abortonclose
    option redispatch 1
    retries 3
    retry-on conn-failure
    timeout connect 1s
    timeout http-request 30s
    timeout http-keep-alive 4200s
    timeout client 4200s
    timeout queue 30s
    timeout server 4200s
    timeout tunnel 4200s
    timeout check 5s

frontend public
    bind *:{port}
    default_backend processes

backend processes
    balance leastconn
    option httpchk
    http-check send meth GET uri {health_path} ver HTTP/1.1 hdr Host localhost hdr Connection close
    http-check expect status 200
    default-server check inter 2s fastinter 500ms downinter 1s fall 3 rise 1
    default-server observe layer4 error-limit 1 on-error mark-down
{servers}
"""


def quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


def render(contract, layout):
    servers = [
        f"    server process-{process['INFERENCE_PROCESS']} {process['INFERENCE_HOST']}:{process['INFERENCE_PORT']}"
        for process in layout
    ]
    return TEMPLATE.format(
        port=contract["port"], health_path=quoted(contract["healthPath"]), servers="\n".join(servers)
    )


if __name__ == "__main__":
    with open(sys.argv[1], "w", encoding="utf-8") as config:
        config.write(render(read_contract(*sys.argv[2:] or ["/"]), read_layout(*sys.argv[2:])))
