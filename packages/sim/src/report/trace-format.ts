import { JournalFile } from '../journal/file.ts';
import type { SeparateFormat } from './format.ts';
import { safe } from './screen-text.ts';
import { writeProblem } from './write-problem.ts';

/** `--trace`: every event of a run, written while it goes on, for `sim replay`. */
export const TRACE_FORMAT: SeparateFormat = {
  option: 'trace',
  help: 'write every event, a line of JSON each; likewise',
  contents: 'the trace',
  of: ['run'],
  isJoined: false,
  listen(plan, path) {
    const problem = (error: unknown): Error => {
      const why = writeProblem(error, path);
      return new Error(`cannot write the trace to ${safe(path)}: ${why}`, { cause: error });
    };
    let journal: JournalFile;
    try {
      journal = new JournalFile(path, plan);
    } catch (error) {
      throw problem(error);
    }
    return {
      journal,
      wire: journal,
      async end(why) {
        await journal.close(why).catch((error: unknown) => {
          throw problem(error);
        });
      },
    };
  },
};
