import os

from aws_cdk import App, Environment
from cdk_graviton_fleet import FleetCapacity, FleetImageOptions, InferenceFleetStack, InferenceRuntime

app = App()

InferenceFleetStack(
    app,
    "MinimalFleet",
    env=Environment(
        account=os.environ.get("CDK_DEFAULT_ACCOUNT"),
        region=os.environ.get("CDK_DEFAULT_REGION", "us-east-1"),
    ),
    image=FleetImageOptions(
        runtime=InferenceRuntime.container(
            image="ghcr.io/ggml-org/llama.cpp:server",
            command=["--host", "0.0.0.0", "--port", "8080", "--hf-repo", "ggml-org/gemma-3-1b-it-GGUF"],
        ),
    ),
    capacity=FleetCapacity.on_demand(instance_types=["m9g.4xlarge"]),
)

app.synth()
