/**
 * Checks a scenario twice, as a process that has just been started, and says how long that took.
 *
 *     node check-scenario.ts FILE
 */
import { checkScenario } from '../../../packages/sim/src/scenario/load.ts';
import { onCommand, tell } from './command-line.ts';

const [file = ''] = process.argv.slice(2);

function check(): { mistakes: number; ms: number } {
  const startMs = performance.now();
  const mistakes = checkScenario(file).length;
  return { mistakes, ms: performance.now() - startMs };
}

const first = check();
tell({ event: 'checked', mistakes: first.mistakes, firstMs: first.ms, againMs: check().ms });
// It is told nothing; it only ends with its input.
onCommand(() => {});
