import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { KernelBundle } from '../../kernels';
import { bashStep, ComponentPhases, downloadStep } from './component-document';

/** The directory of all bundles on the instance, each in a directory by its name. */
export const KERNELS_DIRECTORY = '/opt/graviton/kernels';

const ARCHIVE = '/var/tmp/graviton-kernels.zip';

/** Installs a bundle, checks its digest, and runs its self-test on the builder and on an instance of the AMI. */
export function kernelComponentPhases(bundle: KernelBundle, asset: Asset): ComponentPhases {
  const directory = `${KERNELS_DIRECTORY}/${bundle.name}`;
  const verify = verifyDigestStep(bundle, directory);
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
    `mkdir -p ${directory}`,
    // Python is part of Amazon Linux 2023 (dnf needs it); unzip is not part of its minimal image.
    `python3 -m zipfile -e ${ARCHIVE} ${directory}`,
    `rm ${ARCHIVE}`,
    `chmod -R u=rwX,go=rX ${directory}`,
    `chmod 0755 ${directory}/${bundle.selfTestPath}`,
  );
}

function verifyDigestStep(bundle: KernelBundle, directory: string) {
  return bashStep(
    'VerifyKernels',
    `cd ${directory}`,
    "files=$(find . -type f ! -path ./manifest.json -printf '%P\\n' | LC_ALL=C sort)",
    'got="sha256:$(echo "$files" | xargs -d \'\\n\' sha256sum | sha256sum | cut -d \' \' -f 1)"',
    `expected="${bundle.digest}"`,
    'if [ "$got" != "$expected" ]; then',
    '  echo "kernel bundle in $PWD: got digest $got, expected $expected: rebuild the image from an intact bundle" >&2',
    '  exit 1',
    'fi',
  );
}
