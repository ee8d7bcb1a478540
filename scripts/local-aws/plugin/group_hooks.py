"""Gives a group the lifecycle hooks of its own LifecycleHookSpecificationList, which ministack leaves out."""

from ministack.services import autoscaling
from ministack.services.cloudformation import provisioners

GROUP = "AWS::AutoScaling::AutoScalingGroup"


def install() -> None:
    emulated = provisioners._RESOURCE_HANDLERS[GROUP]

    def create(logical_id, props, stack_name):
        created = emulated["create"](logical_id, props, stack_name)
        _put_hooks(created[0], props)
        return created

    def update(physical_id, old, new, stack_name, logical_id):
        updated = emulated["update"](physical_id, old, new, stack_name, logical_id)
        kept = {hook["LifecycleHookName"] for hook in _hooks(new)}
        for name in {hook["LifecycleHookName"] for hook in _hooks(old)} - kept:
            autoscaling._hooks.pop(f"{updated[0]}/{name}", None)
        _put_hooks(updated[0], new)
        return updated

    provisioners._RESOURCE_HANDLERS[GROUP] = {
        **emulated,
        "create": create,
        "update": update,
        "update_with_logical_id": True,
    }


def _hooks(props: dict) -> list:
    return props.get("LifecycleHookSpecificationList") or []


def _put_hooks(group: str, props: dict) -> None:
    for hook in _hooks(props):
        name = hook["LifecycleHookName"]
        autoscaling._hooks[f"{group}/{name}"] = autoscaling._hook_record(group, name, hook)
