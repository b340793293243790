import { loadCells } from '../scenario/load.ts';
import { ScenarioError } from '../scenario/located-error.ts';
import { plainName } from '../scenario/matrix.ts';
import { EXIT } from './exit-codes.ts';
import { sayMistakes } from './outputs.ts';
import { shownPath } from '../result/shown-path.ts';

/** Reads each file and says all that is wrong with any. Returns the exit code. */
export function checkCommand(files: readonly string[], options: { color: boolean }): number {
  let isGood = true;
  for (const file of files) {
    try {
      const cells = loadCells(file);
      const first = cells[0]!;
      const phases = first.phases.length === 1 ? '1 phase' : `${first.phases.length} phases`;
      const what = cells.length === 1 ? phases : `${phases}, ${cells.length} cells`;
      console.log(`${shownPath(file)}: good (${plainName(first)}, ${what})`);
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      isGood = false;
      sayMistakes(error, options.color);
    }
  }
  return isGood ? EXIT.pass : EXIT.usage;
}
