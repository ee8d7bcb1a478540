import { Arm64Instance } from '../../../scripts/arm64-root/arm64-instance';

const PROGRAM = [
  'import sys, os',
  'with open(sys.argv[1], "r+b") as file:',
  '    file.seek(os.path.getsize(sys.argv[1]) // 2)',
  '    byte = file.read(1)[0]',
  '    file.seek(-1, 1)',
  '    file.write(bytes([byte ^ 1]))',
].join('\n');

/** Flips one bit of one byte in the middle of a file. @throws Error when there is none */
export async function flipByte(instance: Arm64Instance, file: string): Promise<void> {
  const { status, stderr } = await instance.run(['python3', '-c', PROGRAM, file]);
  if (status !== 0) {
    throw new Error(`${file}: ${stderr}`);
  }
}
