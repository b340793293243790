/**
 * What runs in the browser: in a packed lab it was built with it; in the project it is built when a page is wanted
 * first, and kept for as long as none of the files changes that it was made of.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What runs in the browser. */
export interface Bundle {
  readonly script: string;
  readonly style: string;
  /** Name and text of the licence of each library in it. */
  readonly licences: readonly (readonly [name: string, text: string])[];
}

/** Written by the build of the package. */
const BUILT = join(import.meta.dirname, 'viewer.json');

const KEPT = join(import.meta.dirname, '../../node_modules/.cache/imagemesh/viewer.json');

/** A bundle that was built before. */
interface KeptBundle {
  /** Each file that it was made of, and what `stampOf` said of it. */
  readonly files: readonly (readonly [path: string, stamp: string])[];
  readonly bundle: Bundle;
}

let found: Promise<Bundle> | undefined;

/** The viewer; found once in this process. */
export function viewerBundle(): Promise<Bundle> {
  return (found ??= find());
}

async function find(): Promise<Bundle> {
  const built = readJson(BUILT) as Bundle | null;
  if (built !== null) return built;
  const kept = readJson(KEPT) as KeptBundle | null;
  if (kept?.files.every(([path, stamp]) => stampOf(path) === stamp)) return kept.bundle;
  const { buildViewer } = await import('./build-viewer.ts');
  const { bundle, files } = await buildViewer();
  keep({ files: files.map((path) => [path, stampOf(path)]), bundle });
  return bundle;
}

/** Null when there is none that can be read. */
function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** Differs when the file has changed. */
function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.size} ${stat.mtimeMs}`;
}

/** Where it cannot be kept, it is built again the next time. */
function keep(bundle: KeptBundle): void {
  const part = `${KEPT}.${process.pid}`;
  try {
    mkdirSync(dirname(KEPT), { recursive: true });
    writeFileSync(part, JSON.stringify(bundle));
    renameSync(part, KEPT);
  } catch {
    rmSync(part, { force: true });
  }
}
