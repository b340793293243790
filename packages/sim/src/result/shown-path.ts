import { relative } from 'node:path';

/** A path as the user would type it from here. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : short;
}
