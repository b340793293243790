import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';

/** What runs in the browser. */
export interface Bundle {
  readonly script: string;
  readonly style: string;
  /** Name and text of the licence of each library in it. */
  readonly licences: readonly (readonly [name: string, text: string])[];
}

const VIEWER = join(import.meta.dirname, '..', 'viewer');

/** Libraries that the viewer brings along; their licences want to be with them. */
const LIBRARIES = ['uplot', 'd3-force', 'd3-quadtree', 'd3-dispatch', 'd3-timer'] as const;

let made: Promise<Bundle> | undefined;

/** Builds the viewer, once in this process; it takes a tenth of a second. */
export function viewerBundle(): Promise<Bundle> {
  return (made ??= build());
}

async function build(): Promise<Bundle> {
  const bundle = await rolldown({ input: join(VIEWER, 'main.ts'), platform: 'browser' });
  const { output } = await bundle.generate({ format: 'iife', minify: true });
  await bundle.close();
  const style = `${readFileSync(libraryFile('uplot', 'dist/uPlot.min.css'), 'utf8')}\n${readFileSync(join(VIEWER, 'viewer.css'), 'utf8')}`;
  return { script: output[0].code, style, licences: LIBRARIES.map(licenceOf) };
}

function licenceOf(name: (typeof LIBRARIES)[number]): readonly [string, string] {
  return [name, readFileSync(libraryFile(name, 'LICENSE'), 'utf8').trim()];
}

/** A file of a library, wherever it was installed. The libraries of d3-force stand beside it. */
function libraryFile(name: string, file: string): string {
  const require = createRequire(import.meta.url);
  const asker =
    name.startsWith('d3-') && name !== 'd3-force'
      ? createRequire(require.resolve('d3-force'))
      : require;
  return join(folderOf(asker.resolve(name), name), file);
}

/** The folder of a package, out of the path of a file in it. */
function folderOf(path: string, name: string): string {
  let folder = dirname(path);
  while (!folder.endsWith(join('node_modules', name))) folder = dirname(folder);
  return folder;
}
