import * as fs from 'node:fs';
import * as path from 'node:path';
import { MANIFEST_FILE } from '../../../kernels/manifest/bundle-manifest';
import { bundleDigest, filesOf, sha256 } from '../../../kernels/private/bundle-files';
import { bashStep, ComponentStep, fileStep } from '../../private/component-document';
import { KERNELS_DIRECTORY } from '../../private/kernels/kernel-component';
import { EXPECTED_DIGESTS_DIRECTORY, VERIFY_KERNELS } from '../../private/kernels/kernel-verification';
import { SERVER_INSTALLATION } from './built-in-command';
import { SERVER_BUNDLE } from './built-in-server';

/** Compares the installed server with its manifest and its digest, as every boot does. */
export const VERIFY_SERVER = `${VERIFY_KERNELS} ${SERVER_BUNDLE}`;

/**
 * Makes the installed server a bundle for the check at boot: its shared objects hold the kernels that serve, and the gate
 * has judged these files and no others.
 */
export function manifestSteps(directory: string): ComponentStep[] {
  const files = filesOf(directory).map((file) => ({
    path: file,
    sha256: sha256(fs.readFileSync(path.join(directory, file))),
  }));
  const digest = bundleDigest(files);
  return [
    fileStep('WriteManifest', `${SERVER_INSTALLATION}/${MANIFEST_FILE}`, `${JSON.stringify({ digest, files })}\n`),
    bashStep(
      'VerifyServer',
      `mkdir -p ${KERNELS_DIRECTORY} ${EXPECTED_DIGESTS_DIRECTORY}`,
      `ln -sfn ${SERVER_INSTALLATION} ${KERNELS_DIRECTORY}/${SERVER_BUNDLE}`,
      `echo ${digest} >${EXPECTED_DIGESTS_DIRECTORY}/${SERVER_BUNDLE}`,
      VERIFY_SERVER,
    ),
  ];
}
