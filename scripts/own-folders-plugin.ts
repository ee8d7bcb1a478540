import * as fs from 'node:fs';
import * as path from 'node:path';
import { Plugin } from 'esbuild';

/**
 * Modules of the library find their files from their own folder, which in a program of one file would be that of the
 * program. The programs lie beside lib/ in the package as they do here.
 *
 * @param programs the directory of the programs
 */
export function ownFoldersPlugin(programs: string): Plugin {
  const library = path.join(programs, '..', 'lib');
  return {
    name: 'own-folders',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
        const [room] = path.relative(library, file).split(path.sep);
        // The command's own modules mean the folder of the program.
        if (room === '..' || room === 'cli') {
          return undefined;
        }
        const source = fs.readFileSync(file, 'utf8');
        const own = path.relative(programs, path.dirname(file)).split(path.sep).join('/');
        const contents = source.replaceAll('__dirname', `require('node:path').join(__dirname, '${own}')`);
        return contents === source ? undefined : { contents, loader: 'ts' as const };
      });
    },
  };
}
