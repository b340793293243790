/**
 * Makes the image of the peer: a file that `docker load` takes, without an engine and without a registry.
 *
 *     node scripts/image.ts [--out FILE | --load | --bundle DIR | --sources]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeFolders } from '../packages/peer/src/operation/make-folders.ts';
import { digestOf } from '../packages/sim/src/docker/peer-sources.ts';
import { bundlePeer } from './image/bundle.ts';
import { makePeerImage } from './image/peer-image.ts';
import { ROOT } from './image/root.ts';

const HELP = `Usage: npm run image -- [--out FILE | --load | --bundle DIR | --sources]

Makes the image of the peer without a registry: Node, the libraries that it names, and the bundled peer. The same
sources give the same image.

  --load          hand it to the engine of docker, as docker load does (the default)
  --out FILE      write it to a file, for docker load --input FILE
  --bundle DIR    write the bundled peer alone into a folder, as the Dockerfile has it
  --sources       print the digest of the sources of the peer, by which the lab knows their image`;

async function main(): Promise<number> {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        help: { type: 'boolean', short: 'h' },
        load: { type: 'boolean' },
        out: { type: 'string' },
        bundle: { type: 'string' },
        sources: { type: 'boolean' },
      },
    }));
  } catch (error) {
    return complain((error as Error).message, 2);
  }
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const { load: isLoad, out, bundle, sources } = values;
  if ([isLoad, out, bundle, sources].filter((one) => one !== undefined).length > 1) {
    return complain('--load, --out, --bundle and --sources exclude one another', 2);
  }
  try {
    if (sources !== undefined) return printSources();
    if (bundle !== undefined) return await writeBundle(bundle);
    return out === undefined ? await load() : await write(out);
  } catch (error) {
    return complain((error as Error).message, 1);
  }
}

function printSources(): number {
  console.log(digestOf(join(ROOT, 'packages/peer')));
  return 0;
}

async function writeBundle(folder: string): Promise<number> {
  makeFolders(folder);
  for (const [name, content] of await bundlePeer()) writeFileSync(join(folder, name), content);
  return 0;
}

async function write(path: string): Promise<number> {
  const folder = dirname(resolve(path));
  if (!existsSync(folder)) return complain(`--out ${path}: there is no folder ${folder}`, 2);
  const { tag, id, archive } = await makePeerImage();
  writeFileSync(path, archive);
  console.log(`${tag} ${id}, ${megabytes(archive)}, in ${path}`);
  return 0;
}

async function load(): Promise<number> {
  const { tag, id, archive } = await makePeerImage();
  const { error, status, stderr } = spawnSync('docker', ['load', '--quiet'], {
    input: archive,
    encoding: 'utf8',
  });
  if (error !== undefined || status !== 0) {
    // An engine that is not there closes its input: what it says of itself tells more than that.
    const said = stderr?.trim() || error?.message || `it ended with ${status}`;
    const why = said.split('\n')[0]!.replace(/\.$/, '');
    return complain(`docker load: ${why}; --out FILE writes the image to a file`, 1);
  }
  console.log(`${tag} ${id}, ${megabytes(archive)}`);
  return 0;
}

function megabytes({ length }: Uint8Array): string {
  return `${Math.round(length / 1e6)} MB`;
}

function complain(sentence: string, code: number): number {
  console.error(`image: ${sentence}`);
  return code;
}

process.exitCode = await main();
