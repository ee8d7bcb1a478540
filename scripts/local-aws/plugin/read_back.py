"""Serves every stack with its resources as CloudFormation resolved them, at GET /_fleet/stacks."""

import copy
import json

from ministack.services import cloudformation
from ministack.services.cloudformation.engine import _resolve_refs

PATH = "/_fleet/stacks"


def wrap(inner, recorder):
    """The ASGI application `inner` with the read-back path in front of it."""

    async def app(scope, receive, send):
        if scope["type"] != "http" or scope["path"] != PATH:
            await inner(scope, receive, send)
            return
        body = json.dumps(_stacks(recorder), default=str).encode()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


def _stacks(recorder) -> dict:
    return {stack["StackName"]: _stack(stack, recorder) for stack in cloudformation._stacks.all_values()}


def _stack(stack: dict, recorder) -> dict:
    return {
        "status": stack["StackStatus"],
        "statusReason": stack.get("StackStatusReason", ""),
        "parameters": {p["ParameterKey"]: p["ParameterValue"] for p in stack.get("Parameters", [])},
        "outputs": {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", [])},
        "resources": {
            logical_id: _resource(stack, logical_id, resource, recorder)
            for logical_id, resource in stack.get("_resources", {}).items()
        },
    }


def _resource(stack: dict, logical_id: str, resource: dict, recorder) -> dict:
    rtype, physical_id = resource["ResourceType"], resource["PhysicalResourceId"]
    return {
        "type": rtype,
        "physicalId": physical_id,
        "properties": resource.get("Properties", {}),
        "attributes": resource.get("Attributes", {}),
        "updatePolicy": _update_policy(stack, logical_id),
        "support": "recorded" if recorder.holds(rtype, physical_id) else "emulated",
    }


def _update_policy(stack: dict, logical_id: str) -> dict:
    template = stack.get("_template") or {}
    policy = template.get("Resources", {}).get(logical_id, {}).get("UpdatePolicy", {})
    return _resolve_refs(
        copy.deepcopy(policy),
        stack.get("_resources", {}),
        stack.get("_resolved_params", {}),
        stack.get("_conditions", {}),
        template.get("Mappings", {}),
        stack["StackName"],
        stack["StackId"],
    )
