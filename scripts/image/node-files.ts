/** What Node needs to run where there is nothing else. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ImageFile } from './layer.ts';

/** Where Node is in the image. */
export const NODE = '/bin/node';

/**
 * The Node that runs this, and the libraries of the system that it names, where it looks for them. Throws an `Error`
 * with a sentence where there is no `ldd` that tells them.
 */
export function nodeFiles(): ImageFile[] {
  if (process.platform !== 'linux') {
    throw new Error('an image can be made without a registry on Linux only; use docker build .');
  }
  return [
    { path: NODE, mode: 0o755, content: readFileSync(process.execPath) },
    ...libraries().map((path) => ({ path, mode: 0o755, content: readFileSync(path) })),
  ];
}

function libraries(): string[] {
  const listed = execFileSync('ldd', [process.execPath], { encoding: 'utf8' });
  // `libm.so.6 => /lib/…/libm.so.6 (0x…)`, `/lib64/ld-linux-x86-64.so.2 (0x…)`
  const paths = listed.split('\n').flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? []);
  return paths.toSorted();
}
