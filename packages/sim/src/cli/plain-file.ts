import { readFileSync, statSync } from 'node:fs';
import { constants } from 'node:buffer';
import { shownPath } from '../result/shown-path.ts';
import { UsageError } from './usage-error.ts';

/** Longer texts do not fit into a string: no result is as long. */
const MOST_BYTES = constants.MAX_STRING_LENGTH;

/** The text of a file that somebody named. Throws a `UsageError` when there is none, or when it is no plain file. */
export function readPlainFile(file: string): string {
  try {
    const { size, isPlain } = look(file);
    // A pipe that nobody writes to would keep us waiting for ever, and a device may have no end.
    if (!isPlain)
      throw new UsageError(
        `${shownPath(file)} is no file; name one that sim run --json has written.`,
      );
    if (size > MOST_BYTES) throw new UsageError(`${shownPath(file)} is too large to be a result.`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw new UsageError(`${shownPath(file)}: ${why}.`);
  }
}

function look(file: string): { readonly size: number; readonly isPlain: boolean } {
  const stats = statSync(file);
  return { size: stats.size, isPlain: stats.isFile() };
}
