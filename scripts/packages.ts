/**
 * Packs the packages for projects that are not this one, as `npm pack` does, whatever Node that is started with.
 *
 *     node scripts/packages.ts [--out DIR]
 */
import { spawnSync } from 'node:child_process';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeFolders } from '../packages/peer/src/operation/make-folders.ts';

const ROOT = join(import.meta.dirname, '..');

/** In the order in which they are installed: the lab needs the peer. */
const PACKAGES = ['peer', 'sim'];

const HELP = `Usage: npm run pack -- [--out DIR]

Packs the peer and the lab, to be installed in another project with
npm install --save-dev ./imagemesh-peer-0.1.0.tgz ./imagemesh-sim-0.1.0.tgz

  --out DIR       write them into this folder (this one)`;

function main(): number {
  let values;
  try {
    ({ values } = parseArgs({
      options: { help: { type: 'boolean', short: 'h' }, out: { type: 'string' } },
    }));
  } catch (error) {
    return complain((error as Error).message, 2);
  }
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const folder = resolve(values.out ?? '.');
  try {
    makeFolders(folder);
    for (const name of PACKAGES) console.log(`Packed: ${relative('.', packInto(folder, name))}`);
    return 0;
  } catch (error) {
    return complain((error as Error).message, 1);
  }
}

/** Packs one, and returns the path of the archive. Throws an `Error` when that fails. */
function packInto(folder: string, name: string): string {
  const args = ['pack', '--silent', '--pack-destination', folder];
  const cwd = join(ROOT, 'packages', name);
  const { status, stdout, stderr, error } = spawnSync('npm', args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`npm pack in packages/${name}: ${stderr.trim()}`);
  return join(folder, stdout.trim().split('\n').at(-1)!);
}

function complain(message: string, code: number): number {
  console.error(`pack: ${message}`);
  return code;
}

process.exitCode = main();
