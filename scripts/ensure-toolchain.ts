import { ensureBrowser, ensureToolchain } from './toolchain';

const say = (text: string) => console.log(text);

try {
  ensureToolchain(say);
  if (process.argv.includes('--browser')) {
    ensureBrowser(say);
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
