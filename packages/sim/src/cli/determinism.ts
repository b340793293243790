import { setImmediate as breathe } from 'node:timers/promises';
import type { Plan } from '../plan/plan.ts';
import type { Runner } from '../runner/runner.ts';
import { compareRuns, type Comparison } from '../virtual/compare-runs.ts';
import { VirtualRun } from '../virtual/virtual-run.ts';
import { EXIT } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { ProgressLine } from './progress-line.ts';
import { UsageError } from './usage-error.ts';

/**
 * Runs a plan several times in the virtual world and says whether, and where, the runs differ. What comes
 * of the requests and expectations is not looked at. Returns the exit code.
 */
export async function determinismCommand(
  plan: Plan,
  runners: readonly Runner[],
  runs: number,
  isQuiet = false,
): Promise<number> {
  if (runners.length !== 1 || runners[0]!.name !== 'virtual') {
    throw new UsageError(
      'Only virtual runs repeat exactly: use --check-determinism with --runner virtual.',
    );
  }
  const interrupt = interruptible();
  const line = new ProgressLine(isQuiet);
  let current = 1;
  const makeRun = (): VirtualRun => new VirtualRun(plan, { write: () => {} });
  try {
    const comparison = await compareRuns(makeRun, runs, async (run) => {
      current = run;
      line.draw(() => `run ${number(run)} of ${number(runs)}`);
      await breathe();
      interrupt.signal.throwIfAborted();
    });
    line.clear();
    return report(plan, runs, comparison);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    line.clear();
    const same = current <= 2 ? '' : `, and the ${number(current - 1)} before it are the same`;
    const where = `interrupted in run ${number(current)} of ${number(runs)}${same}`;
    console.log(`ERROR ${nameOf(plan)}: ${where}`);
    return EXIT.interrupted;
  } finally {
    interrupt.dispose();
  }
}

function report(plan: Plan, runs: number, { events, traceHash, difference }: Comparison): number {
  if (difference === null) {
    console.log(
      `SAME ${nameOf(plan)}: ${number(events)} events ${times(runs)}, trace hash ${traceHash}`,
    );
    return EXIT.pass;
  }
  console.log(
    `DIFFERENT ${nameOf(plan)}: the runs part at event ${number(difference.event)}\n` +
      `  run 1: ${difference.first ?? 'had ended by then'}\n` +
      `  run ${difference.run}: ${difference.other ?? 'had ended by then'}`,
  );
  return EXIT.fail;
}

function nameOf({ scenario, seed }: Plan): string {
  return `${scenario.name}, seed ${seed}`;
}

function times(runs: number): string {
  return runs === 2 ? 'twice' : `${number(runs)} times`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
