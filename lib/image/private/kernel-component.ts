import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { KernelBundle } from '../../kernels';
import { bashStep, ComponentPhases, downloadStep } from './component-document';

/** Where the kernels are on the instance. */
export const KERNELS_DIRECTORY = '/opt/graviton/kernels';

const ARCHIVE = '/var/tmp/graviton-kernels.zip';

/** Installs a bundle, checks its digest, and runs its self-test on the builder and on an instance of the AMI. */
export function kernelComponentPhases(bundle: KernelBundle, asset: Asset): ComponentPhases {
  const verify = verifyDigestStep(bundle);
  const selfTest = bashStep('RunSelfTest', `${KERNELS_DIRECTORY}/${bundle.selfTestPath}`);
  return {
    build: [downloadStep('DownloadKernels', asset.s3ObjectUrl, ARCHIVE), installStep(bundle), verify],
    validate: [selfTest],
    test: [verify, selfTest],
  };
}

function installStep(bundle: KernelBundle) {
  return bashStep(
    'InstallKernels',
    `rm -rf ${KERNELS_DIRECTORY}`,
    `mkdir -p ${KERNELS_DIRECTORY}`,
    // Python is part of Amazon Linux 2023 (dnf needs it); unzip is not part of its minimal image.
    `python3 -m zipfile -e ${ARCHIVE} ${KERNELS_DIRECTORY}`,
    `rm ${ARCHIVE}`,
    `chmod -R u=rwX,go=rX ${KERNELS_DIRECTORY}`,
    `chmod 0755 ${KERNELS_DIRECTORY}/${bundle.selfTestPath}`,
  );
}

function verifyDigestStep(bundle: KernelBundle) {
  return bashStep(
    'VerifyKernels',
    `cd ${KERNELS_DIRECTORY}`,
    "files=$(find . -type f ! -path ./manifest.json -printf '%P\\n' | LC_ALL=C sort)",
    'got="sha256:$(echo "$files" | xargs -d \'\\n\' sha256sum | sha256sum | cut -d \' \' -f 1)"',
    `expected="${bundle.digest}"`,
    'if [ "$got" != "$expected" ]; then',
    '  echo "kernel bundle in $PWD: got digest $got, expected $expected: rebuild the image from an intact bundle" >&2',
    '  exit 1',
    'fi',
  );
}
