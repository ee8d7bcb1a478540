"""The identities of EC2 Image Builder resources: versioned ARNs, and a new AMI id for each image.

Nothing is built, unless `image_builds` has a builder. A version such as `1.0.x` takes the next free number, and a version that exists already is refused,
both as the Image Builder API does; that the first number is 0 is an assumption.
"""

import hashlib
import itertools
import re

import yaml
from ministack.core.responses import get_account_id, get_region

import image_builds

PREFIX = "AWS::ImageBuilder::"
VERSIONED = ("Component", "ImageRecipe", "ContainerRecipe", "Workflow")
REFERENCED = (*VERSIONED, "InfrastructureConfiguration", "DistributionConfiguration")
BUILDS = itertools.count(1)


def handles(rtype: str) -> bool:
    return rtype.startswith(PREFIX)


def identify(recorder, rtype: str, logical_id: str, props: dict, stack_name: str) -> tuple:
    """The physical id, which is the ARN, and the attributes of a new resource."""
    kind = rtype.removeprefix(PREFIX)
    _check_references(recorder, props)
    if kind == "Image":
        return _image(recorder, rtype, props)
    name = props.get("Name", f"{stack_name}-{logical_id}")
    base = f"{_arn_prefix(kind)}{_workflow_type(kind, props)}/{re.sub('[^a-z0-9_-]', '-', name.lower())}"
    if kind not in VERSIONED:
        return base, {"Arn": base, "Name": name, "DeploymentId": ""}
    version = _next_version(recorder, rtype, base, props["Version"])
    attributes = {"Arn": f"{base}/{version}/1", "Name": name, **_latest(base, version)}
    if kind == "Component":
        attributes |= {"Type": _component_type(logical_id, props), "Encrypted": True}
    image_builds.remember(attributes["Arn"], props)
    return attributes["Arn"], attributes


def _arn_prefix(kind: str) -> str:
    resource = re.sub("(?<=[a-z])(?=[A-Z])", "-", kind).lower()
    return f"arn:aws:imagebuilder:{get_region()}:{get_account_id()}:{resource}"


def _workflow_type(kind: str, props: dict) -> str:
    """Workflows alone have their type between resource and name."""
    return f"/{props['Type'].lower()}" if kind == "Workflow" else ""


def _versions(recorder, rtype: str, base: str) -> list[tuple[int, ...]]:
    arns = (arn for arn in recorder.physical_ids(rtype) if arn.startswith(f"{base}/"))
    return [tuple(map(int, arn.removeprefix(f"{base}/").split("/")[0].split("."))) for arn in arns]


def _next_version(recorder, rtype: str, base: str, wanted: str) -> str:
    if not re.fullmatch(r"\d+\.(\d+\.(\d+|x)|x\.x)|x\.x\.x", wanted):
        raise ValueError(f"Version {wanted} is not valid: three numbers, of which the last ones may be x")
    taken = _versions(recorder, rtype, base)
    fixed = tuple(int(part) for part in wanted.split(".") if part != "x")
    if len(fixed) == 3:
        if fixed in taken:
            raise ValueError(f"The following resource already exists: '{base}/{wanted}/1': raise its version")
        return wanted
    numbers = [version[len(fixed)] for version in taken if version[: len(fixed)] == fixed]
    version = (*fixed, max(numbers, default=-1) + 1, 0, 0)[:3]
    return "0.0.1" if version == (0, 0, 0) else ".".join(map(str, version))


def _latest(base: str, version: str) -> dict:
    major, minor, patch = version.split(".")
    return {
        "LatestVersion.Arn": f"{base}/x.x.x",
        "LatestVersion.Major": f"{base}/{major}.x.x",
        "LatestVersion.Minor": f"{base}/{major}.{minor}.x",
        "LatestVersion.Patch": f"{base}/{major}.{minor}.{patch}",
    }


def _component_type(logical_id: str, props: dict) -> str:
    """TEST for a document whose only phase is `test`, as the type's documentation has it, else BUILD."""
    try:
        document = yaml.safe_load(props.get("Data", "{}"))
    except yaml.YAMLError as error:
        raise ValueError(f"The Data of component {logical_id} is not YAML: {error}") from error
    phases = [phase.get("name") for phase in (document or {}).get("phases", [])]
    return "TEST" if phases == ["test"] else "BUILD"


def _image(recorder, rtype: str, props: dict) -> tuple:
    recipe = props.get("ImageRecipeArn")
    if not recipe:
        raise ValueError("an image needs ImageRecipeArn: container recipes are not recorded")
    name, version = recipe.split("/")[1:3]
    base = f"{_arn_prefix('Image')}/{name}"
    builds = [int(arn.split("/")[-1]) for arn in recorder.physical_ids(rtype) if arn.startswith(f"{base}/{version}/")]
    arn = f"{base}/{version}/{max(builds, default=0) + 1}"
    digest = hashlib.sha256(f"{arn}#{next(BUILDS)}".encode()).hexdigest()
    image_id = image_builds.image_id(recipe) or f"ami-{digest[:17]}"
    return arn, {"Arn": arn, "Name": name, "ImageId": image_id, **_latest(base, version)}


def _check_references(recorder, props: dict) -> None:
    """Refuses an ARN of this account that names no recorded resource; AWS's own and wildcard ARNs pass."""
    arns = [props.get(f"{kind}Arn") for kind in REFERENCED]
    arns += [component.get("ComponentArn") for component in props.get("Components", [])]
    arns += [workflow.get("WorkflowArn") for workflow in props.get("Workflows", [])]
    known = {arn for kind in REFERENCED for arn in recorder.physical_ids(PREFIX + kind)}
    for arn in filter(None, arns):
        if f":{get_account_id()}:" in arn and not re.search(r"/(\d+|x)\.(\d+|x)\.x$", arn) and arn not in known:
            raise ValueError(f"The resource '{arn}' does not exist")
