import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Result } from '../result/result.ts';
import { safe } from './screen-text.ts';
import { writeProblem } from './write-problem.ts';

/** Pieces are about so long. */
const PIECE_CHARACTERS = 256 * 1_024;

/**
 * Writes the result as JSON, whole or not at all: a reader never sees half of it, and an older
 * result stays when the new one cannot be written.
 * @throws {Error} with one sentence for people when it cannot be written
 */
export async function writeJson(result: Result, file: string): Promise<void> {
  await writePieces('the result', jsonPieces(result), file);
}

/**
 * The same for a text in pieces; `what` is what the sentence calls it.
 * @throws {Error} with one sentence for people when it cannot be written
 */
export async function writePieces(
  what: string,
  pieces: Iterable<string>,
  file: string,
): Promise<void> {
  try {
    if (await isSpecial(file)) await writeFile(file, pieces);
    else await replace(await target(file), pieces);
  } catch (error) {
    throw new Error(`cannot write ${what} to ${safe(file)}: ${writeProblem(error, file)}`, {
      cause: error,
    });
  }
}

/**
 * A result as JSON, or something else with long lists, in pieces: with a million peers it is longer than
 * the longest string there can be. Together they are what `JSON.stringify(result, null, 2)` would give,
 * and a line end.
 */
export function* jsonPieces(result: object): Generator<string> {
  let text = '{';
  let separator = '\n';
  for (const [key, value] of Object.entries(result) as [string, unknown][]) {
    text += `${separator}  ${JSON.stringify(key)}: `;
    separator = ',\n';
    if (!Array.isArray(value) || value.length === 0) {
      text += indented(value, '  ');
      continue;
    }
    for (const [i, item] of value.entries()) {
      text += `${i === 0 ? '[' : ','}\n    ${indented(item, '    ')}`;
      if (text.length < PIECE_CHARACTERS) continue;
      yield text;
      text = '';
    }
    text += '\n  ]';
  }
  yield `${text}\n}\n`;
}

function indented(value: unknown, indent: string): string {
  // A line end within a text is written as an escape, so each one here begins a line.
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);
}

/** A pipe or a device such as /dev/stdout or /dev/null: to be written to, never to be replaced. */
async function isSpecial(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  return found !== null && !found.isFile();
}

/** What a link leads to, so that the link stays and its file is replaced. */
async function target(file: string): Promise<string> {
  return await realpath(file).catch(() => file);
}

async function replace(file: string, text: Iterable<string>): Promise<void> {
  // Beside it, because renaming works within one file system only.
  const temporary = join(dirname(file), `.${basename(file).slice(0, 100)}.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(text);
      // Otherwise a crash of the machine may leave the new name with no content.
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
