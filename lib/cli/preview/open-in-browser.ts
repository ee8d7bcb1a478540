import { spawn } from 'node:child_process';

const OPENERS: Partial<Record<NodeJS.Platform, readonly string[]>> = { darwin: ['open'], win32: ['explorer'] };

/** Opens a file in the user's browser, without waiting for it; where there is none, says so. */
export function openInBrowser(file: string): void {
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const opener = spawn(command, [...args, file], { detached: true, stdio: 'ignore' });
  opener.on('error', () => process.stderr.write(`graviton-fleet: ${command} is not there; open ${file} by hand\n`));
  opener.unref();
}
