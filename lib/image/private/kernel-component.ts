import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { KernelBundle } from '../../kernels';
import { bashStep, ComponentPhases, downloadStep } from './component-document';
import { EXPECTED_DIGESTS_DIRECTORY, VERIFY_KERNELS } from './kernel-verification';

/** The directory of all bundles on the instance, each in a directory by its name. */
export const KERNELS_DIRECTORY = '/opt/graviton/kernels';

const ARCHIVE = '/var/tmp/graviton-kernels.zip';

/**
 * Installs a bundle, verifies it as every boot will, and runs its self-test on the builder and on an instance of the AMI.
 */
export function kernelComponentPhases(bundle: KernelBundle, asset: Asset): ComponentPhases {
  const directory = `${KERNELS_DIRECTORY}/${bundle.name}`;
  const verify = bashStep('VerifyKernels', `${VERIFY_KERNELS} ${bundle.name}`);
  const selfTest = bashStep('RunSelfTest', `${directory}/${bundle.selfTestPath}`);
  return {
    build: [downloadStep('DownloadKernels', asset.s3ObjectUrl, ARCHIVE), installStep(bundle, directory), verify],
    validate: [selfTest],
    test: [verify, selfTest],
  };
}

function installStep(bundle: KernelBundle, directory: string) {
  return bashStep(
    'InstallKernels',
    `rm -rf ${directory}`,
    `mkdir -p ${directory} ${EXPECTED_DIGESTS_DIRECTORY}`,
    // Python is part of Amazon Linux 2023 (dnf needs it); unzip is not part of its minimal image.
    `python3 -m zipfile -e ${ARCHIVE} ${directory}`,
    `rm ${ARCHIVE}`,
    `chmod -R u=rwX,go=rX ${directory}`,
    `chmod 0755 ${directory}/${bundle.selfTestPath}`,
    `echo ${bundle.digest} >${EXPECTED_DIGESTS_DIRECTORY}/${bundle.name}`,
  );
}
