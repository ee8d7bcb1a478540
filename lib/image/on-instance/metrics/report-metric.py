#!/usr/bin/python3 -IB
"""Publishes one data point, 1, of each metric that is named.

report-metric NAMESPACE METRIC...

The dimension Fleet comes from a tag of the instance, which the fleet sets and its launch template lets the metadata
service show. What is counted has happened before: a failure here changes nothing.
"""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request

METADATA = os.environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254").rstrip("/")
FLEET_TAG = "graviton-fleet:fleet"
SECONDS_PER_REQUEST = 3
SECONDS_TO_PUBLISH = 30

# The metadata service is never behind a proxy.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def request(path, method, headers):
    wanted = urllib.request.Request(f"{METADATA}/latest/{path}", method=method, headers=headers)
    with OPENER.open(wanted, timeout=SECONDS_PER_REQUEST) as answer:
        return answer.read().decode("utf-8")


def metadata():
    """Region and fleet of this instance, by version 2 of the metadata service."""
    token = request("api/token", "PUT", {"X-aws-ec2-metadata-token-ttl-seconds": "60"})
    headers = {"X-aws-ec2-metadata-token": token}
    region = request("meta-data/placement/region", "GET", headers)
    return region, request(f"meta-data/tags/instance/{FLEET_TAG}", "GET", headers)


def publish(namespace, metrics, region, fleet):
    dimensions = [{"Name": "Fleet", "Value": fleet}]
    data = [{"MetricName": metric, "Dimensions": dimensions, "Value": 1, "Unit": "Count"} for metric in metrics]
    command = ["aws", "cloudwatch", "put-metric-data", "--region", region, "--namespace", namespace]
    timeouts = ["--cli-connect-timeout", "5", "--cli-read-timeout", "10"]
    subprocess.run(
        [*command, "--metric-data", json.dumps(data), *timeouts],
        check=True,
        timeout=SECONDS_TO_PUBLISH,
    )


def main(namespace, *metrics):
    names = ", ".join(metrics)
    try:
        region, fleet = metadata()
    except (OSError, ValueError) as error:
        print(f"{names} not published: no region or fleet from instance metadata: {error}")
        return 1
    try:
        publish(namespace, metrics, region, fleet)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"{names} not published for {fleet}: {error}")
        return 1
    print(f"{names} published for {fleet}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
