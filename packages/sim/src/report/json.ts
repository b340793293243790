import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Result } from '../result/result.ts';
import { safe } from './screen-text.ts';

/**
 * Writes the result as JSON, whole or not at all: a reader never sees half of it, and an older
 * result stays when the new one cannot be written.
 * @throws {Error} with one sentence for people when it cannot be written
 */
export async function writeJson(result: Result, file: string): Promise<void> {
  const text = `${JSON.stringify(result, null, 2)}\n`;
  try {
    await ((await isSpecial(file)) ? writeFile(file, text) : replace(await target(file), text));
  } catch (error) {
    throw new Error(`cannot write the result to ${safe(file)}: ${problem(error, file)}`, {
      cause: error,
    });
  }
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

async function replace(file: string, text: string): Promise<void> {
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

function problem(error: unknown, file: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const folder = safe(dirname(file));
  switch (code) {
    case 'ENOENT':
      return `there is no folder ${folder}`;
    case 'ENOTDIR':
      return `${folder} is not a folder`;
    case 'EISDIR':
      return 'it is a folder';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'writing there is not allowed';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'ENAMETOOLONG':
      return 'the name is too long';
    default:
      return safe(code ?? message);
  }
}
