import type { Journal } from '../journal/journal.ts';
import type { Plan } from '../plan/plan.ts';
import type { HostResult, VirtualResult } from '../result/result.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Progress } from '../workload/conductor.ts';

/** One of the worlds that a plan can be run in. */
export interface Runner {
  /** As given with `--runner`. */
  readonly name: string;
  /** What the scenario asks for and this world cannot do, one sentence each; said before the start. */
  refusals(scenario: Scenario): string[];
  /**
   * Carries the plan out. Whatever it started is ended when it returns or rejects. Rejects with a
   * `RunError` when the run could not be carried out.
   */
  run(plan: Plan, journal: Journal, options: RunOptions): Promise<RunOutcome>;
}

/** What a run is watched and stopped with. */
export interface RunOptions {
  /** Ends the run where it is; the journal is complete up to there. */
  readonly signal: AbortSignal;
  /** Gets what happens on the wire, which only the virtual runner knows; most runs have nobody who asks. */
  readonly wire?: Journal;
  /** Gets what the processes of peers write, as it comes, by number of the peer. */
  readonly onOutput?: (peer: number, text: string) => void;
  /** Called now and then while the run goes on. */
  readonly onProgress?: (progress: Progress, elapsedUs: number) => void;
}

/** What a runner tells beside the journal. */
export interface RunOutcome {
  readonly virtual: VirtualResult | null;
  /** Machines that the peers were spread over. */
  readonly hosts?: readonly HostResult[];
}
