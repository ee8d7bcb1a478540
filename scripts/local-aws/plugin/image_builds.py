"""Hands the component documents of each new image to a builder, and lets its verdict decide the resource.

PUT /_fleet/image-builds with the builder's URL as body. The builder gets a POST with `{"components": [{"arn": ...,
"data": ...} or {"arn": ..., "uri": ...}]}`, in the order of the recipe. It answers 200 and `{"imageId": "ami-..."}`, or
422 and the reason, with which the creation of the image fails. Without a builder nothing is built.
"""

import json
import urllib.error
import urllib.request

from ministack.services.cloudformation import stacks

PATH = "/_fleet/image-builds"
LONGEST_SECONDS = 1200

_builder: list[str] = []
_properties: dict[str, dict] = {}

# The builder is on loopback, whatever proxy the environment names.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def wrap(inner):
    """The ASGI application `inner` with the path in front of it that takes the builder's URL."""
    runs_on_worker_thread = stacks._runs_on_worker_thread
    # The builder downloads from this server while the image is being created.
    stacks._runs_on_worker_thread = lambda rtype: rtype == "AWS::ImageBuilder::Image" or runs_on_worker_thread(rtype)

    async def app(scope, receive, send):
        if scope["type"] != "http" or scope["method"] != "PUT" or scope["path"] != PATH:
            await inner(scope, receive, send)
            return
        message = await receive()
        _builder[:] = [message["body"].decode()]
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return app


def remember(arn: str, props: dict) -> None:
    """Keeps what a component or recipe was created with, for the images that use it."""
    _properties[arn] = props


def image_id(recipe_arn: str) -> str | None:
    """The id of the AMI that the builder made of a recipe; None without a builder. Raises ValueError when it failed."""
    if not _builder:
        return None
    arns = [component["ComponentArn"] for component in _properties[recipe_arn].get("Components", [])]
    body = json.dumps({"components": [_component(arn) for arn in arns]}).encode()
    request = urllib.request.Request(_builder[0], body, {"content-type": "application/json"}, method="POST")
    try:
        with _OPENER.open(request, timeout=LONGEST_SECONDS) as answer:
            return json.load(answer)["imageId"]
    except urllib.error.HTTPError as error:
        reason = error.read().decode(errors="replace")
        raise ValueError(f"Image build failed (HandlerErrorCode: GeneralServiceException): {reason}") from error


def _component(arn: str) -> dict:
    props = _properties.get(arn, {})
    documents = {name.lower(): props[name] for name in ("Data", "Uri") if name in props}
    return {"arn": arn, **documents}
