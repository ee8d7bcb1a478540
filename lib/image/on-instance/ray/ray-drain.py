#!/opt/graviton/ray/bin/python -IB
"""Waits for the notice of a Spot interruption, and has Ray drain this node.

A node that drains gets no further tasks, and Ray knows why it goes: it runs tasks and actors again elsewhere without
counting them as failed. Tasks that end within the notice, two minutes, are kept.
"""

import datetime
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

METADATA = os.environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254").rstrip("/")
RAY = os.path.join(os.path.dirname(sys.executable), "ray")
SECONDS_PER_REQUEST = 3
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html recommends this.
SECONDS_BETWEEN_LOOKS = float(os.environ.get("GRAVITON_POLL_SECONDS", "5"))

# The metadata service is never behind a proxy.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def request(path, method, headers):
    wanted = urllib.request.Request(f"{METADATA}/latest/{path}", method=method, headers=headers)
    with OPENER.open(wanted, timeout=SECONDS_PER_REQUEST) as answer:
        return answer.read().decode("utf-8")


def interruption():
    """When EC2 takes the instance back, or nothing while it does not."""
    try:
        token = request("api/token", "PUT", {"X-aws-ec2-metadata-token-ttl-seconds": "60"})
        notice = request("meta-data/spot/instance-action", "GET", {"X-aws-ec2-metadata-token": token})
        at = json.loads(notice)["time"].replace("Z", "+00:00")
        return datetime.datetime.fromisoformat(at)
    except urllib.error.HTTPError as error:
        if error.code != 404:
            print(f"no answer from instance metadata: {error}", flush=True)
    except (OSError, ValueError, KeyError) as error:
        print(f"no answer from instance metadata: {error}", flush=True)
    return None


def this_node():
    """Ray's id of the node on this instance."""
    import ray

    token = request("api/token", "PUT", {"X-aws-ec2-metadata-token-ttl-seconds": "60"})
    instance = request("meta-data/instance-id", "GET", {"X-aws-ec2-metadata-token": token})
    ray.init(address="auto", log_to_driver=False)
    try:
        return next(n["NodeID"] for n in ray.nodes() if n["Alive"] and n["NodeName"] == instance)
    finally:
        ray.shutdown()


def drain(at):
    left = max(0, int((at - datetime.datetime.now(datetime.timezone.utc)).total_seconds()))
    reason = ["--reason=DRAIN_NODE_REASON_PREEMPTION", "--reason-message=Spot interruption"]
    command = [RAY, "drain-node", f"--node-id={this_node()}", *reason, f"--deadline-remaining-seconds={left}"]
    subprocess.run(command, check=True, timeout=60)
    print(f"draining, {left} seconds before the interruption", flush=True)


def main():
    while (at := interruption()) is None:
        time.sleep(SECONDS_BETWEEN_LOOKS)
    drain(at)


if __name__ == "__main__":
    main()
