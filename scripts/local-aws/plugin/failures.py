"""Lets the next update of a resource type fail, at PUT /_fleet/failures/<type>, to see CloudFormation roll back."""

from ministack.services.cloudformation import stacks

PATH = "/_fleet/failures/"


def wrap(inner):
    """The ASGI application `inner` with the failure path in front of it."""
    failing: set[str] = set()
    update_resource = stacks._update_resource

    def update(resource_type, physical_id, old_props, new_props, *rest):
        if resource_type in failing and old_props != new_props:
            failing.remove(resource_type)
            raise ValueError(f"the update of {physical_id} was told to fail")
        return update_resource(resource_type, physical_id, old_props, new_props, *rest)

    stacks._update_resource = update

    async def app(scope, receive, send):
        if scope["type"] != "http" or scope["method"] != "PUT" or not scope["path"].startswith(PATH):
            await inner(scope, receive, send)
            return
        failing.add(scope["path"].removeprefix(PATH))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return app
