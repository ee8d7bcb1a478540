import { ensureToolchain } from './toolchain';

try {
  ensureToolchain((text) => console.log(text));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
