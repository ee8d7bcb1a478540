import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const OTHERS_MAY_WRITE = 0o022;

/**
 * A directory for unpacked bundles under the temporary directory of the system, the same in each run of a user. What
 * another user has put there under its name is not used: they could change a bundle between its check and its upload.
 */
export function privateTemporaryDirectory(): string {
  const owner = os.userInfo().uid;
  const directory = path.join(os.tmpdir(), `cdk-graviton-fleet-${owner}`);
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { uid, mode } = fs.lstatSync(directory);
  // Windows has neither owners (the id is -1) nor such modes, and a temporary directory for each user.
  const isOurs = owner === -1 || (uid === owner && (mode & OTHERS_MAY_WRITE) === 0);
  return isOurs && fs.lstatSync(directory).isDirectory() ? directory : fs.mkdtempSync(`${directory}-`);
}
