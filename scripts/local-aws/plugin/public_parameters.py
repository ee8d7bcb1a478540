"""Answers the public SSM parameters of the Arm64 Amazon Linux images, of which ministack knows only the x86-64 ones."""

from ministack.services import ssm

# The image ids are made up; that they differ lets a test see which parameter a template reads.
ARM64_IMAGES = {
    "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64": "ami-0a12023d000000001",
    "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-arm64": "ami-0a12023d000000061",
    "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.12-arm64": "ami-0a12023d000000612",
    "/aws/service/ami-amazon-linux-latest/al2023-ami-minimal-kernel-default-arm64": "ami-0a12023d00000000a",
}


def install() -> None:
    ssm._PUBLIC_AMI_PARAMETERS.update(ARM64_IMAGES)
