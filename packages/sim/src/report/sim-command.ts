import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { shellQuoted } from './shell-quoted.ts';

/** The project, when this is not an installed package. */
const PROJECT = join(import.meta.dirname, '../../../..');

/**
 * How `sim` is started from the working folder: in the project by its launcher, from elsewhere by the same with the
 * place of the project, and by the launcher of npm where it is installed.
 */
export function simCommand(): string {
  if (/[\\/]node_modules[\\/]/.test(import.meta.dirname)) return 'npx sim';
  if (nearestPackage(process.cwd()) === PROJECT) return 'npm run sim --';
  return `npm --prefix ${shellQuoted(PROJECT)} run sim --`;
}

/** Where npm takes its scripts from: the nearest folder with a `package.json`, or null. */
function nearestPackage(folder: string): string | null {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const above = dirname(folder);
  return above === folder ? null : nearestPackage(above);
}
