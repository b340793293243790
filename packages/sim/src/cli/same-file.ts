import { statSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * Whether writing one file would write over the other, through links as well. Files that do not exist
 * are the same when they have one name; devices may be written twice.
 */
export function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
  if (a === undefined || b === undefined) return resolve(one) === resolve(other);
  return a.dev === b.dev && a.ino === b.ino && a.isFile();
}
