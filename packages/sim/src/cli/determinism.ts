import { setImmediate as breathe } from 'node:timers/promises';
import type { Plan } from '../plan/plan.ts';
import type { Runner } from '../runner/runner.ts';
import { compareRuns } from '../virtual/compare-runs.ts';
import { EXIT } from './exit-codes.ts';
import { UsageError } from './usage-error.ts';

/** Runs a plan twice in the virtual world and says whether, and where, the runs differ. */
export async function determinismCommand(plan: Plan, runners: readonly Runner[]): Promise<number> {
  if (runners.length !== 1 || runners[0]!.name !== 'virtual') {
    throw new UsageError(
      'Only virtual runs repeat exactly: use --check-determinism with --runner virtual.',
    );
  }
  const { events, traceHash, difference } = await compareRuns(plan, () => breathe());
  const of = `${plan.scenario.name}, seed ${plan.seed}`;
  if (difference === null) {
    console.log(
      `SAME ${of}: ${events.toLocaleString('en-US')} events twice, trace hash ${traceHash}`,
    );
    return EXIT.pass;
  }
  console.log(
    `DIFFERENT ${of}: the runs part at event ${difference.event.toLocaleString('en-US')}\n` +
      `  first run:  ${difference.first ?? 'had ended by then'}\n` +
      `  second run: ${difference.second ?? 'had ended by then'}`,
  );
  return EXIT.fail;
}
