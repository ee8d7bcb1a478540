"""Records the resources of every CloudFormation type that ministack does not emulate.

A recorded resource does nothing. What CloudFormation itself does with it is kept honest by the resource schemas of the
CDK CLI: unknown and missing properties fail, `Ref` and `Fn::GetAtt` work for exactly the attributes that the type has,
and a changed property replaces the resource where the type says so. Attribute values are made up, but stable.
"""

import hashlib
import itertools
import json
import re

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners

import image_builder

# Identifiers whose form matters to whoever reads them; 203.0.113.0/24 is the documentation range of RFC 5737.
ID_PREFIXES = {
    ("AWS::EC2::EIP", "AllocationId"): "eipalloc-",
    ("AWS::EC2::NatGateway", "NatGatewayId"): "nat-",
    ("AWS::EC2::NatGateway", "EniId"): "eni-",
}
ALARM = "AWS::CloudWatch::Alarm"
EMPTY_VALUES = {"boolean": False, "integer": 0, "number": 0, "array": []}


class Recorder:
    """All recorded resources of this server, by type and physical id."""

    def __init__(self, schemas: dict):
        self._schemas = schemas
        self._records: dict[tuple[str, str], dict] = {}
        self._created = itertools.count(1)

    def knows(self, rtype: str) -> bool:
        return rtype in self._schemas

    def holds(self, rtype: str, physical_id: str) -> bool:
        return (rtype, physical_id) in self._records

    def physical_ids(self, rtype: str) -> list[str]:
        return [physical_id for recorded_type, physical_id in self._records if recorded_type == rtype]

    def create(self, rtype: str, logical_id: str, props: dict, stack_name: str) -> tuple:
        self._check(rtype, logical_id, props)
        physical_id, attributes = self._identify(rtype, logical_id, props, stack_name)
        if self.holds(rtype, physical_id):
            raise ValueError(f"{physical_id} already exists in {rtype} (HandlerErrorCode: AlreadyExists)")
        self._records[rtype, physical_id] = attributes
        return physical_id, attributes

    def update(self, rtype: str, physical_id: str, old: dict, new: dict, stack_name: str, logical_id: str) -> tuple:
        self._check(rtype, logical_id, new)
        replacing = set(self._schemas[rtype]["replacing"])
        if any(old.get(name) != new.get(name) for name in replacing):
            return self.create(rtype, logical_id, new, stack_name)
        return physical_id, self._records[rtype, physical_id]

    def delete(self, rtype: str, physical_id: str) -> None:
        self._records.pop((rtype, physical_id), None)

    def handler(self, rtype: str) -> dict:
        """The entry that ministack's table of resource handlers wants for a type."""
        return {
            "create": lambda logical_id, props, stack_name: self.create(rtype, logical_id, props, stack_name),
            "update": lambda physical_id, old, new, stack_name, logical_id: self.update(
                rtype, physical_id, old, new, stack_name, logical_id
            ),
            "update_with_logical_id": True,
            "delete": lambda physical_id, props: self.delete(rtype, physical_id),
        }

    def _check(self, rtype: str, logical_id: str, props: dict) -> None:
        schema = self._schemas[rtype]
        unknown = sorted(set(props) - set(schema["properties"]))
        missing = sorted(set(schema["required"]) - set(props))
        problems = [f"extraneous key [{name}] is not permitted" for name in unknown]
        problems += [f"required key [{name}] not found" for name in missing]
        if problems:
            raise ValueError(f"Properties validation failed for resource {logical_id} with message: {problems}")

    def _identify(self, rtype: str, logical_id: str, props: dict, stack_name: str) -> tuple:
        schema = self._schemas[rtype]
        if image_builder.handles(rtype):
            arn, attributes = image_builder.identify(self, rtype, logical_id, props, stack_name)
            return arn, {name: value for name, value in attributes.items() if name in schema["attributes"]}
        token = hashlib.sha256(f"{stack_name}/{logical_id}/{next(self._created)}".encode()).hexdigest()
        name = f"{stack_name}-{logical_id}-{token[:12]}"
        attributes = {
            attribute: props.get(attribute, _made_up(rtype, attribute, kind, name, token))
            for attribute, kind in schema["attributes"].items()
        }
        if "Arn" in attributes and schema["arnTemplate"]:
            attributes["Arn"] = _arn(schema["arnTemplate"], {**attributes, **props}, name)
        parts = [str(props.get(part, attributes.get(part, name))) for part in schema["ref"]]
        return "|".join(parts) or name, attributes


def _made_up(rtype: str, attribute: str, kind: str, name: str, token: str):
    if (rtype, attribute) in ID_PREFIXES:
        return ID_PREFIXES[rtype, attribute] + token[:17]
    if (rtype, attribute) == ("AWS::EC2::EIP", "PublicIp"):
        return f"203.0.113.{int(token[:4], 16) % 254 + 1}"
    if attribute.endswith("Arn"):
        service, resource = rtype.lower().split("::")[1:3]
        return f"arn:aws:{service}:{get_region()}:{get_account_id()}:{resource}/{name}"
    return EMPTY_VALUES.get(kind, f"{name}-{attribute}")


def _arn(template: str, values: dict, name: str) -> str:
    known = {"Partition": "aws", "Region": get_region(), "Account": get_account_id(), **values}
    return re.sub(r"\$\{(\w+)}", lambda match: str(known.get(match[1], name)), template)


def _alarm_handler(recorder: Recorder, emulated: dict) -> dict:
    """ministack refuses metric math in alarms, so those are recorded and all others emulated."""

    def create(logical_id, props, stack_name):
        if not props.get("Metrics"):
            return emulated["create"](logical_id, props, stack_name)
        name = props.get("AlarmName") or provisioners._physical_name(stack_name, logical_id, max_len=255)
        return recorder.create(ALARM, logical_id, {**props, "AlarmName": name}, stack_name)

    def update(physical_id, old, new, stack_name, logical_id):
        if not old.get("Metrics") and not new.get("Metrics"):
            return emulated["update"](physical_id, old, new, stack_name, logical_id)
        renamed = old.get("AlarmName") != new.get("AlarmName")
        if renamed:
            return create(logical_id, new, stack_name)
        delete(physical_id, old)
        return create(logical_id, new, stack_name)

    def delete(physical_id, props):
        if recorder.holds(ALARM, physical_id):
            recorder.delete(ALARM, physical_id)
        else:
            emulated["delete"](physical_id, props)

    return {**emulated, "create": create, "update": update, "update_with_logical_id": True, "delete": delete}


def install(schemas_file: str) -> Recorder:
    """Adds a recording handler for every type of the schema file that ministack lacks."""
    with open(schemas_file, encoding="utf-8") as file:
        recorder = Recorder(json.load(file))
    handlers = provisioners._RESOURCE_HANDLERS
    for rtype in recorder._schemas:
        if rtype not in handlers:
            handlers[rtype] = recorder.handler(rtype)
    handlers[ALARM] = _alarm_handler(recorder, handlers[ALARM])
    return recorder
