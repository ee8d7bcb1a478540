#!/opt/graviton/ray/bin/python -IB
"""Starts the Ray node of this instance, and ends with it.

ray-node [CONFIGURATION]

The configuration has the arguments of `ray start` and the resources of each node type; that of the head also has the
configuration of the autoscaler. The rest is asked of the metadata service. Version 2 of Ray's autoscaler knows a node by
RAY_CLOUD_INSTANCE_ID and RAY_NODE_TYPE_NAME, and launches instances with the latter as the tag ray-user-node-type. The
head has it add its own address as a tag too, by which the workers find it.
"""

import json
import os
import sys
import urllib.request

METADATA = os.environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254").rstrip("/")
CONFIGURATION = "/etc/graviton/ray.json"
RAY = os.path.join(os.path.dirname(sys.executable), "ray")
HEAD_TAG = "ray-head-address"
SECONDS_PER_REQUEST = 3

# The metadata service is never behind a proxy.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def request(path, method, headers):
    wanted = urllib.request.Request(f"{METADATA}/latest/{path}", method=method, headers=headers)
    with OPENER.open(wanted, timeout=SECONDS_PER_REQUEST) as answer:
        return answer.read().decode("utf-8")


def metadata(*paths):
    token = request("api/token", "PUT", {"X-aws-ec2-metadata-token-ttl-seconds": "60"})
    return [request(f"meta-data/{path}", "GET", {"X-aws-ec2-metadata-token": token}) for path in paths]


def write_autoscaler(autoscaler, address, path):
    """The configuration with the address of this head as a tag of each worker."""
    tags = [{"ResourceType": "instance", "Tags": [{"Key": HEAD_TAG, "Value": address}]}]
    for name, node_type in autoscaler["available_node_types"].items():
        if name != autoscaler["head_node_type"]:
            node_type["node_config"]["TagSpecifications"] = tags
    with open(path, "w", encoding="utf-8") as file:
        json.dump(autoscaler, file)


def end_workers_of_earlier_heads(autoscaler, address):
    """They would look for a head that is gone, and Ray would wait for them as if they were starting."""
    import boto3

    ec2 = boto3.client("ec2", region_name=autoscaler["provider"]["region"])
    wanted = {
        "tag:ray-cluster-name": [autoscaler["cluster_name"]],
        "tag:ray-node-type": ["worker"],
        "instance-state-name": ["pending", "running"],
    }
    filters = [{"Name": name, "Values": values} for name, values in wanted.items()]
    for page in ec2.get_paginator("describe_instances").paginate(Filters=filters):
        instances = [instance for reservation in page["Reservations"] for instance in reservation["Instances"]]
        ours = {"Key": HEAD_TAG, "Value": address}
        others = [instance["InstanceId"] for instance in instances if ours not in instance["Tags"]]
        if others:
            print(f"ending {len(others)} workers of an earlier head", flush=True)
            ec2.terminate_instances(InstanceIds=others)


def head_arguments(configuration, address):
    end_workers_of_earlier_heads(configuration["autoscaler"], address)
    path = os.path.join(os.environ["RUNTIME_DIRECTORY"], "autoscaler.json")
    write_autoscaler(configuration["autoscaler"], address, path)
    return ["--head", f"--port={configuration['port']}", f"--autoscaling-config={path}"]


def worker_arguments(configuration):
    (head,) = metadata(f"tags/instance/{HEAD_TAG}")
    return [f"--address={head}:{configuration['port']}"]


def main(path=CONFIGURATION):
    with open(path, encoding="utf-8") as file:
        configuration = json.load(file)
    instance, address, region, node_type = metadata(
        "instance-id", "local-ipv4", "placement/region", "tags/instance/ray-user-node-type"
    )
    is_head = "autoscaler" in configuration
    role = head_arguments(configuration, address) if is_head else worker_arguments(configuration)
    environment = {
        **os.environ,
        "AWS_DEFAULT_REGION": region,
        "RAY_CLOUD_INSTANCE_ID": instance,
        "RAY_NODE_TYPE_NAME": node_type,
        "RAY_OVERRIDE_RESOURCES": json.dumps(configuration["resources"][node_type]),
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_enable_autoscaler_v2": "1",
        **configuration.get("environment", {}),
    }
    this_node = [f"--node-ip-address={address}", f"--node-name={instance}"]
    command = [RAY, "start", "--block", *this_node, *role, *configuration["arguments"]]
    os.execve(RAY, command, environment)


if __name__ == "__main__":
    main(*sys.argv[1:])
