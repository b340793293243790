/**
 * Before and after `npm pack` of packages/peer. In the project its manifest names the TypeScript sources, which Node does
 * not run from a node_modules folder; what is packed names what was built from them. `publishConfig` says what changes:
 * pnpm does as it says by itself, npm does not.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const PEER = join(ROOT, 'packages/peer');
const MANIFEST = join(PEER, 'package.json');
/** The manifest of the project, for as long as the other one is in its place. */
const ASIDE = join(PEER, 'package.json.aside');

interface Manifest {
  readonly publishConfig: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

/** Makes `dist` anew, and puts the manifest that is packed in its place. */
function build(): void {
  // An earlier packing may have been interrupted.
  restore();
  rmSync(join(PEER, 'dist'), { recursive: true, force: true });
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const project = join(PEER, 'tsconfig.build.json');
  execFileSync(process.execPath, [tsc, '--project', project], { stdio: ['ignore', 2, 2] });
  const packed = packedManifest(JSON.parse(readFileSync(MANIFEST, 'utf8')) as Manifest);
  renameSync(MANIFEST, ASIDE);
  writeFileSync(MANIFEST, `${JSON.stringify(packed, null, 2)}\n`);
}

/** Puts the manifest of the project back. */
function restore(): void {
  if (existsSync(ASIDE)) renameSync(ASIDE, MANIFEST);
}

/** The scripts are for the project alone. */
function packedManifest({ publishConfig, ...manifest }: Manifest): object {
  const { access, ...changes } = publishConfig;
  return { ...manifest, ...changes, publishConfig: { access }, scripts: undefined };
}

if (process.argv[2] === 'build') build();
else if (process.argv[2] === 'restore') restore();
else throw new Error('say build or restore');
