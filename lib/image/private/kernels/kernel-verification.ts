import { ON_INSTANCE_PROGRAMS } from '../on-instance-file';

/** A file by the name of each bundle, with the digest that was built into the image: `sha256:` and 64 digits. */
export const EXPECTED_DIGESTS_DIRECTORY = '/etc/graviton/kernels.d';

/** Command that verifies the bundles whose names follow, or all. */
export const VERIFY_KERNELS = `${ON_INSTANCE_PROGRAMS}/verify-kernels`;

/** The metric that an instance publishes when a bundle differs at boot, and never otherwise. */
export const KERNEL_VERIFICATION_METRIC = { namespace: 'GravitonFleet', metricName: 'KernelVerificationFailures' };
