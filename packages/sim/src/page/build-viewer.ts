/** Makes of the viewer's sources what runs in a browser. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';
import type { Bundle } from './bundle.ts';

const VIEWER = join(import.meta.dirname, '..', 'viewer');

/** Libraries that the viewer brings along; their licences want to be with them. */
const LIBRARIES = ['uplot', 'd3-force', 'd3-quadtree', 'd3-dispatch', 'd3-timer'] as const;

/** A bundle, and the paths of the files that it was made of. */
export interface BuiltViewer {
  readonly bundle: Bundle;
  readonly files: readonly string[];
}

/** Builds the viewer. Needs its sources, rolldown and the libraries, which a packed lab does not have. */
export async function buildViewer(): Promise<BuiltViewer> {
  const made = await rolldown({ input: join(VIEWER, 'main.ts'), platform: 'browser' });
  const { output } = await made.generate({ format: 'iife', minify: true });
  await made.close();
  const styles = [libraryFile('uplot', 'dist/uPlot.min.css'), join(VIEWER, 'viewer.css')];
  const licences = LIBRARIES.map((name) => [name, libraryFile(name, 'LICENSE')] as const);
  const bundle: Bundle = {
    script: output[0].code,
    style: styles.map(read).join('\n'),
    licences: licences.map(([name, path]) => [name, read(path).trim()]),
  };
  const modules = output[0].moduleIds.filter((id) => id.startsWith('/'));
  return { bundle, files: [...modules, ...styles, ...licences.map(([, path]) => path)] };
}

function read(path: string): string {
  return readFileSync(path, 'utf8');
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
