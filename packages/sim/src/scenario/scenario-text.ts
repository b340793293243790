import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { nearest } from './nearest.ts';
import type { Reading } from './units.ts';

/** A scenario is written by hand; a larger file is something else given by mistake. */
const MAX_FILE_BYTES = 2 ** 20;

/** Where scenarios are in a project, for those who leave the folder out. */
const USUAL_FOLDER = 'scenarios';

const EXTENSION = /\.(ya?ml|json)$/;

/**
 * Reads the text of a scenario file, or says in one sentence why it cannot be read.
 * @param file absolute path
 * @param from the folder that a file which is offered instead is named from
 */
export function readScenarioText(file: string, from: string): Reading<string> {
  let bytes: Uint8Array;
  try {
    const stat = statSync(file);
    if (stat.isDirectory()) return bad('this is a folder, not a scenario file');
    // A pipe or a device could block for ever or never end.
    if (!stat.isFile()) return bad('this is not a regular file');
    if (stat.size > MAX_FILE_BYTES) return bad('the file is larger than 1 MiB, no scenario is');
    bytes = readFileSync(file);
  } catch (error) {
    return bad(`the file cannot be read: ${reasonOf(error as NodeJS.ErrnoException, file, from)}`);
  }
  try {
    // The decoder also takes the byte order mark away.
    return { ok: true, value: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return bad('the file is not UTF-8 text');
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException, file: string, from: string): string {
  if (code === 'EACCES' || code === 'EPERM') return 'no permission';
  if (code !== 'ENOENT' && code !== 'ENOTDIR') return code ?? message;
  const near = nearFile(file);
  const hint = near === undefined ? '' : `, did you mean "${relative(from, near)}"?`;
  return `there is no such file${hint}`;
}

/** The file that was most likely meant; undefined when none is like it. */
function nearFile(file: string): string | undefined {
  const folder = dirname(file);
  const places = [folder, join(folder, USUAL_FOLDER), nearFolder(folder)];
  for (const place of places) {
    const found = place === undefined ? undefined : nearFileIn(place, basename(file));
    // A link to nothing has the right name.
    if (found !== undefined && found !== file) return found;
  }
  return undefined;
}

function nearFileIn(folder: string, name: string): string | undefined {
  const names = namesIn(folder).filter((each) => EXTENSION.test(each));
  const bare = (each: string): string => each.replace(EXTENSION, '');
  // An extension that is alike makes two short names look alike.
  const near = nearest(bare(name), names.map(bare));
  const found =
    names.find((each) => bare(each) === near) ?? names.find((each) => each.startsWith(bare(name)));
  return found === undefined ? undefined : join(folder, found);
}

function nearFolder(folder: string): string | undefined {
  const above = dirname(folder);
  const near = nearest(basename(folder), namesIn(above));
  return near === undefined ? undefined : join(above, near);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function bad(problem: string): Reading<never> {
  return { ok: false, problem };
}
