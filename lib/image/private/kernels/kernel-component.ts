import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { KernelBundle } from '../../../kernels';
import { bashStep, ComponentPhases, ComponentStep, downloadStep } from '../component-document';
import { EXPECTED_DIGESTS_DIRECTORY, VERIFY_KERNELS } from './kernel-verification';

/** The directory of all bundles on the instance, each in a directory by its name. */
export const KERNELS_DIRECTORY = '/opt/graviton/kernels';

const ARCHIVE = '/var/tmp/graviton-kernels.zip';

/**
 * Installs a bundle, verifies it as every boot will, and runs its self-test on the builder and on an instance of the AMI.
 */
export function kernelComponentPhases(bundle: KernelBundle, asset: Asset): ComponentPhases {
  const directory = `${KERNELS_DIRECTORY}/${bundle.name}`;
  const download = downloadStep('DownloadKernels', asset.s3ObjectUrl, ARCHIVE);
  return {
    build: [download, installStep(bundle, directory), verifyStep(bundle.name)],
    ...kernelChecks(bundle.name, bundle.selfTestPath),
  };
}

/** What every installed bundle must pass, however it came there: its self-test, and on an instance the boot's check. */
export function kernelChecks(name: string, selfTestPath: string): Pick<ComponentPhases, 'validate' | 'test'> {
  const selfTest = bashStep('RunSelfTest', `${KERNELS_DIRECTORY}/${name}/${selfTestPath}`);
  return { validate: [selfTest], test: [verifyStep(name), selfTest] };
}

function verifyStep(name: string): ComponentStep {
  return bashStep('VerifyKernels', `${VERIFY_KERNELS} ${name}`);
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
