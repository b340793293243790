/** The peer as it ships: its program and all that it needs of libraries, in a few files of JavaScript. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rolldown, type OutputChunk } from 'rolldown';
import { ROOT } from './root.ts';

const PEER = join(ROOT, 'packages/peer/src');
const LAB = join(ROOT, 'packages/sim/src');

/** Name and content of a file. */
export type NamedFile = readonly [name: string, content: Uint8Array];

/**
 * Bundles the peer: `p2p.mjs`, what it loads, and the licences of what is in it; and `lab.mjs`, which runs beside the
 * peers of a run on a swarm. The same sources give the same bytes, wherever the project lies.
 */
export async function bundlePeer(): Promise<NamedFile[]> {
  // A thread is started from a file of its own, beside the code that starts it.
  const chunks = await bundle({
    p2p: join(PEER, 'cli/main.ts'),
    'serving-thread': join(PEER, 'threads/serving-thread.ts'),
  });
  // By itself, so that the peer is the same with it and without.
  chunks.push(...(await bundle({ lab: join(LAB, 'swarm/program/main.ts') })));
  const encoder = new TextEncoder();
  return [
    ...chunks.map(({ fileName, code }): NamedFile => [fileName, encoder.encode(code)]),
    ['LICENSES', encoder.encode(licencesOf(chunks))],
  ];
}

async function bundle(input: Readonly<Record<string, string>>): Promise<OutputChunk[]> {
  const made = await rolldown({ cwd: ROOT, input: { ...input }, platform: 'node' });
  const { output } = await made.generate({
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
  });
  await made.close();
  return output.filter((one) => one.type === 'chunk');
}

/** The licences of the project and of the libraries that are in the chunks, in the order of their names. */
function licencesOf(chunks: readonly OutputChunk[]): string {
  const folders = new Set(
    chunks.flatMap(({ moduleIds }) => moduleIds.flatMap((id) => packageFolder(id) ?? [])),
  );
  const named = [ROOT, ...folders].map((folder): [string, string] => [
    nameOf(folder),
    licenceIn(folder),
  ]);
  return named
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => `${name}\n\n${text.trim()}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/** The folder of the library that a module belongs to; null for our own. */
function packageFolder(id: string): string | null {
  if (!id.includes('/node_modules/')) return null;
  let folder = dirname(id);
  while (!existsSync(join(folder, 'package.json')) || nameOf(folder) === '')
    folder = dirname(folder);
  return folder;
}

/** Empty for a manifest that only says what kind of modules a folder has. */
function nameOf(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name?: string;
  };
  return manifest.name ?? '';
}

function licenceIn(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  return file === undefined ? 'see its package.json' : readFileSync(join(folder, file), 'utf8');
}
