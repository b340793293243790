import { loadScenario } from '../scenario/load.ts';
import { formatScenarioError, ScenarioError } from '../scenario/located-error.ts';
import { EXIT } from './exit-codes.ts';
import { shownPath } from './shown-path.ts';

/** Reads each file and says all that is wrong with any. Returns the exit code. */
export function checkCommand(files: readonly string[], options: { color: boolean }): number {
  let isGood = true;
  for (const file of files) {
    try {
      const { name, phases } = loadScenario(file);
      console.log(`${shownPath(file)}: good (${name}, ${phases.length} phases)`);
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      isGood = false;
      console.error(formatScenarioError(error, options));
    }
  }
  return isGood ? EXIT.pass : EXIT.usage;
}
