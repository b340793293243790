import { MOST_EVENTS } from '../explore/trial.ts';
import type { Origin } from '../explore/origin.ts';
import { selfContained } from '../explore/self-contained.ts';
import { resultOf } from '../mutate/scenario-run.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { loadCells } from '../scenario/load.ts';
import { virtual } from '../runner/virtual.ts';
import { environment } from './environment.ts';
import { ensureFeasible } from './feasible.ts';
import { shownPath } from '../result/shown-path.ts';
import { UsageError } from './usage-error.ts';

/** A variation may have twice the peers, and talk so many times as much as the scenario as it is. */
const EVENTS_FACTOR = 20;

/** A scenario as it is cannot be given up before it is known what it takes. */
const MOST_GIVEN_EVENTS = 50_000_000;

/**
 * The scenarios of a file, to be varied. Throws a `ScenarioError` or a `UsageError`: each must be one for the virtual
 * world, and pass as it is.
 */
export async function givenOrigin(file: string): Promise<Origin> {
  const cells = loadCells(file);
  await ensureFeasible(cells, [virtual]);
  const events = cells.map(eventsOf);
  return {
    given: cells.map(selfContained),
    mostEvents: Math.max(MOST_EVENTS, EVENTS_FACTOR * Math.max(...events)),
  };
}

function eventsOf(scenario: Scenario): number {
  const { result, events } = resultOf(scenario, MOST_GIVEN_EVENTS, environment);
  if (result.verdict === 'pass') return events;
  const file = shownPath(scenario.file);
  throw new UsageError(
    `${file} fails as it is: ${result.reasons[0]}. Make it smaller with sim shrink ${file}.`,
  );
}
