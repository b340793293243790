import { mkdirSync, rmdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { safe } from '../report/screen-text.ts';
import { writeProblem } from '../report/write-problem.ts';
import { UsageError } from './usage-error.ts';

/**
 * Makes the folder that `--save` names, if it names one, so that nobody looks for hours and finds out then that it cannot
 * be. Disposing of it takes it away again when nothing was put into it. Throws a `UsageError`.
 */
export function folderFor(path: string | undefined): Disposable {
  if (path === undefined) return { [Symbol.dispose]: () => {} };
  const made = makeFolder(path);
  return {
    [Symbol.dispose]: () => {
      if (made === undefined) return;
      // Whoever has put something there wants to keep it.
      let one = resolve(path);
      while (removeEmpty(one) && one !== made) one = dirname(one);
    },
  };
}

/** Returns the outermost folder that had to be made. */
function makeFolder(path: string): string | undefined {
  try {
    return mkdirSync(path, { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EEXIST' ? 'that is no folder' : writeProblem(error, path);
    throw new UsageError(`--save ${safe(path)}: ${why}.`);
  }
}

function removeEmpty(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}
