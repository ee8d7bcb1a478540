import { Option } from 'commander';
import { AMAZON_LINUX_2023_GLIBC, isVersion } from '../../kernels/private/glibc-version';
import { UsageError } from '../usage-error';

/** `--glibc`: the C library against which a bundle is held. */
export function glibcOption(): Option {
  return new Option('--glibc <version>', 'C library of the base image')
    .default(AMAZON_LINUX_2023_GLIBC)
    .argParser((version: string) => {
      if (!isVersion(version)) {
        throw new UsageError(`--glibc: got ${version}, allowed a version such as 2.34`);
      }
      return version;
    });
}
