import { Size } from 'aws-cdk-lib';

/** The root device of Amazon Linux 2023. */
export const ROOT_DEVICE_NAME = '/dev/xvda';

/** Amazon Linux needs 8 GiB; the rest is for a container image of an inference engine. */
export const DEFAULT_ROOT_VOLUME_SIZE = Size.gibibytes(30);

/** Generally available in every region that has Graviton5; two vCPUs install packages in acceptable time. */
export const DEFAULT_BUILDER_INSTANCE_TYPES = ['m9g.large'];
