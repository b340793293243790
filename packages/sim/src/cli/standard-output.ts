/**
 * What becomes of a command whose standard output cannot be written. A reader that has gone (`… | head`)
 * is no mistake of anybody: what is done goes on, nothing is said, and the exit code still tells how it
 * ended. Anything else, such as a full disk, is told in one sentence, and the exit code is 3.
 */
import { once } from 'node:events';
import { writeProblem } from '../report/write-problem.ts';
import { EXIT } from './exit-codes.ts';

/** Standard output takes nothing more, for whatever reason: there is no use in going on with printing. */
export class OutputEnded extends Error {
  readonly code = 'OUTPUT_ENDED';

  constructor() {
    super('standard output takes nothing more');
    this.name = 'OutputEnded';
  }
}

let hasEnded = false;

/** Listens for the failures of standard output and error from now on; once for a process. */
export function guardOutput(): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (hasEnded) return;
    hasEnded = true;
    if (error.code === 'EPIPE') return;
    console.error(`sim: standard output cannot be written: ${writeProblem(error, '.')}.`);
    // The command has yet to come to its own exit code, which must not hide this.
    process.on('exit', (code) => {
      if (code !== EXIT.interrupted) process.exitCode = EXIT.error;
    });
  });
}

/** Prints text as it is. Resolves when there is room for more; rejects with an `OutputEnded`. */
export async function print(text: string): Promise<void> {
  if (hasEnded) throw new OutputEnded();
  if (process.stdout.write(text)) return;
  try {
    await once(process.stdout, 'drain');
  } catch {
    throw new OutputEnded();
  }
}
