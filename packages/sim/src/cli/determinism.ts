import { setImmediate as breathe } from 'node:timers/promises';
import type { Plan } from '../plan/plan.ts';
import type { Runner } from '../runner/runner.ts';
import { compareRuns } from '../virtual/compare-runs.ts';
import { EXIT } from './exit-codes.ts';
import { UsageError } from './usage-error.ts';

/** Runs a plan several times in the virtual world and says whether, and where, the runs differ. */
export async function determinismCommand(
  plan: Plan,
  runners: readonly Runner[],
  runs: number,
): Promise<number> {
  if (runners.length !== 1 || runners[0]!.name !== 'virtual') {
    throw new UsageError(
      'Only virtual runs repeat exactly: use --check-determinism with --runner virtual.',
    );
  }
  const { events, traceHash, difference } = await compareRuns(plan, runs, () => breathe());
  const of = `${plan.scenario.name}, seed ${plan.seed}`;
  if (difference === null) {
    console.log(
      `SAME ${of}: ${events.toLocaleString('en-US')} events ${times(runs)}, trace hash ${traceHash}`,
    );
    return EXIT.pass;
  }
  console.log(
    `DIFFERENT ${of}: the runs part at event ${difference.event.toLocaleString('en-US')}\n` +
      `  run 1: ${difference.first ?? 'had ended by then'}\n` +
      `  run ${difference.run}: ${difference.other ?? 'had ended by then'}`,
  );
  return EXIT.fail;
}

function times(runs: number): string {
  return runs === 2 ? 'twice' : `${runs.toLocaleString('en-US')} times`;
}
