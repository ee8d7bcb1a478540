#!/opt/graviton/ray/bin/python -IB
"""Waits until Auto Scaling ends the head of a Ray cluster, and ends the workers with it.

ray-retire [CONFIGURATION]

Ray launched the workers; no stack and no group knows them. Without this they would outlive the stack, and nothing could
delete their security group.
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

METADATA = os.environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254").rstrip("/")
CONFIGURATION = "/etc/graviton/ray-head.json"
SECONDS_PER_REQUEST = 3
SECONDS_BETWEEN_LOOKS = float(os.environ.get("GRAVITON_POLL_SECONDS", "5"))
# Of the limit of TerminateInstances.
INSTANCES_PER_CALL = 1000

# The metadata service is never behind a proxy.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def request(path, method, headers):
    wanted = urllib.request.Request(f"{METADATA}/latest/{path}", method=method, headers=headers)
    with OPENER.open(wanted, timeout=SECONDS_PER_REQUEST) as answer:
        return answer.read().decode("utf-8")


def metadata(path):
    token = request("api/token", "PUT", {"X-aws-ec2-metadata-token-ttl-seconds": "60"})
    return request(f"meta-data/{path}", "GET", {"X-aws-ec2-metadata-token": token})


def must_go():
    try:
        return metadata("autoscaling/target-lifecycle-state") == "Terminated"
    except urllib.error.HTTPError as error:
        if error.code != 404:
            print(f"no answer from instance metadata: {error}", flush=True)
    except OSError as error:
        print(f"no answer from instance metadata: {error}", flush=True)
    return False


def workers(ec2, cluster):
    filters = {
        "tag:ray-cluster-name": cluster,
        "tag:ray-node-type": "worker",
        "instance-state-name": ["pending", "running", "stopping", "stopped", "shutting-down"],
    }
    pages = ec2.get_paginator("describe_instances").paginate(
        Filters=[
            {"Name": name, "Values": values if isinstance(values, list) else [values]}
            for name, values in filters.items()
        ]
    )
    return [
        instance["InstanceId"]
        for page in pages
        for reservation in page["Reservations"]
        for instance in reservation["Instances"]
    ]


def end_workers(ec2, cluster, seconds):
    """Until none is left, so that what they used can be deleted, or until the time is over."""
    end = time.monotonic() + seconds
    while left := workers(ec2, cluster):
        print(f"ending {len(left)} workers", flush=True)
        for start in range(0, len(left), INSTANCES_PER_CALL):
            ec2.terminate_instances(InstanceIds=left[start : start + INSTANCES_PER_CALL])
        if time.monotonic() > end:
            break
        time.sleep(SECONDS_BETWEEN_LOOKS)


def main(path=CONFIGURATION):
    import boto3

    with open(path, encoding="utf-8") as file:
        configuration = json.load(file)
    while not must_go():
        time.sleep(SECONDS_BETWEEN_LOOKS)
    # The autoscaler would launch others.
    subprocess.run(["systemctl", "stop", "graviton-ray.service"], check=False, timeout=60)
    region = metadata("placement/region")
    end_workers(boto3.client("ec2", region_name=region), configuration["clusterName"], configuration["retireSeconds"])
    boto3.client("autoscaling", region_name=region).complete_lifecycle_action(
        AutoScalingGroupName=metadata("tags/instance/aws:autoscaling:groupName"),
        LifecycleHookName=configuration["lifecycleHookName"],
        InstanceId=metadata("instance-id"),
        LifecycleActionResult="CONTINUE",
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
