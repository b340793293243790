import type { Runner } from '../runner/runner.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { ensureMemory, estimateBytes } from './memory.ts';
import { ensureRoom } from './room.ts';
import { shownPath } from '../result/shown-path.ts';
import { UsageError } from './usage-error.ts';

/**
 * Makes sure, before anything runs, that the runners can do all of these scenarios and that this machine has
 * room for each: throws a `UsageError` otherwise. `runsAtOnce` go on at the same time. Resolves to the exit
 * code of a process with a larger heap that has done the work instead; null: go on here.
 */
export async function ensureFeasible(
  scenarios: readonly Scenario[],
  runners: readonly Runner[],
  runsAtOnce = 1,
): Promise<number | null> {
  refuse(scenarios, runners);
  const most = largest(scenarios);
  for (const { name } of runners) if (name !== 'virtual') ensureRoom(most, name);
  if (!runners.some((runner) => runner.name === 'virtual')) return null;
  return await ensureMemory(most, runsAtOnce);
}

function largest(scenarios: readonly Scenario[]): Scenario {
  return scenarios.reduce((most, one) => (estimateBytes(one) > estimateBytes(most) ? one : most));
}

function refuse(scenarios: readonly Scenario[], runners: readonly Runner[]): void {
  const all = scenarios.flatMap((scenario) =>
    runners.flatMap((runner) =>
      runner.refusals(scenario).map((one) => `${shownPath(scenario.file)}: ${one}.`),
    ),
  );
  if (all.length > 0) throw new UsageError([...new Set(all)].join('\n'));
}
