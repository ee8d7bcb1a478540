#!/usr/bin/python3 -IB
"""Publishes one data point of a metric of failed kernel verifications.

report-kernel-failure NAMESPACE METRIC

The dimension AutoScalingGroupName comes from the tags of the instance, which the fleet's launch template lets the
metadata service show. The verdict has been given by verify-kernels before: a failure here changes nothing.
"""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request

METADATA = os.environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254").rstrip("/")
SECONDS_PER_REQUEST = 3
SECONDS_TO_PUBLISH = 30

# The metadata service is never behind a proxy.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def request(path, method, headers):
    wanted = urllib.request.Request(f"{METADATA}/latest/{path}", method=method, headers=headers)
    with OPENER.open(wanted, timeout=SECONDS_PER_REQUEST) as answer:
        return answer.read().decode("utf-8")


def metadata():
    """Region and Auto Scaling group of this instance, by version 2 of the metadata service."""
    token = request("api/token", "PUT", {"X-aws-ec2-metadata-token-ttl-seconds": "60"})
    headers = {"X-aws-ec2-metadata-token": token}
    region = request("meta-data/placement/region", "GET", headers)
    return region, request("meta-data/tags/instance/aws:autoscaling:groupName", "GET", headers)


def publish(namespace, metric, region, group):
    dimensions = [{"Name": "AutoScalingGroupName", "Value": group}]
    data = [{"MetricName": metric, "Dimensions": dimensions, "Value": 1, "Unit": "Count"}]
    command = ["aws", "cloudwatch", "put-metric-data", "--region", region, "--namespace", namespace]
    timeouts = ["--cli-connect-timeout", "5", "--cli-read-timeout", "10"]
    subprocess.run(
        [*command, "--metric-data", json.dumps(data), *timeouts],
        check=True,
        timeout=SECONDS_TO_PUBLISH,
    )


def main(namespace, metric):
    try:
        region, group = metadata()
    except (OSError, ValueError) as error:
        print(f"{metric} not published: no region or Auto Scaling group from instance metadata: {error}")
        return 1
    try:
        publish(namespace, metric, region, group)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"{metric} not published for {group}: {error}")
        return 1
    print(f"{metric} published for {group}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
