/**
 * Before and after `npm pack` of a package of the project. In the project its manifest names the TypeScript sources,
 * which Node does not run from a node_modules folder; what is packed names what was built from them. `publishConfig`
 * says what changes: pnpm does as it says by itself, npm does not. Run in the folder of the package.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const PACKAGE = process.cwd();
const MANIFEST = join(PACKAGE, 'package.json');
/** The manifest of the project, for as long as the other one is in its place. */
const ASIDE = join(PACKAGE, 'package.json.aside');

interface Manifest {
  readonly publishConfig: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

/** Makes `dist` anew, and puts the manifest that is packed in its place. */
async function build(): Promise<void> {
  // An earlier packing may have been interrupted.
  restore();
  rmSync(join(PACKAGE, 'dist'), { recursive: true, force: true });
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const project = join(PACKAGE, 'tsconfig.build.json');
  execFileSync(process.execPath, [tsc, '--project', project], { stdio: ['ignore', 2, 2] });
  if (basename(PACKAGE) === 'sim') await buildViewerInto(join(PACKAGE, 'dist/page/viewer.json'));
  const packed = packedManifest(JSON.parse(readFileSync(MANIFEST, 'utf8')) as Manifest);
  renameSync(MANIFEST, ASIDE);
  writeFileSync(MANIFEST, `${JSON.stringify(packed, null, 2)}\n`);
}

/** What runs in the browser needs neither its sources nor a bundler where it is installed. */
async function buildViewerInto(path: string): Promise<void> {
  const { buildViewer } = await import('../packages/sim/src/page/build-viewer.ts');
  const { bundle } = await buildViewer();
  writeFileSync(path, JSON.stringify(bundle));
}

/** Puts the manifest of the project back. */
function restore(): void {
  if (existsSync(ASIDE)) renameSync(ASIDE, MANIFEST);
}

/** The scripts are for the project alone, and so is what is only needed there. */
function packedManifest({ publishConfig, dependencies, ...manifest }: Manifest): object {
  const { access, ...changes } = publishConfig;
  return {
    ...manifest,
    ...changes,
    dependencies: Object.fromEntries(Object.entries(dependencies).map(packedDependency)),
    publishConfig: { access },
    scripts: undefined,
    devDependencies: undefined,
  };
}

/** Another package of the project is wanted in the version that it has now. */
function packedDependency([name, range]: [string, string]): [string, string] {
  if (!range.startsWith('workspace:')) return [name, range];
  const manifest = join(PACKAGE, 'node_modules', name, 'package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return [name, version];
}

if (process.argv[2] === 'build') await build();
else if (process.argv[2] === 'restore') restore();
else throw new Error('say build or restore');
