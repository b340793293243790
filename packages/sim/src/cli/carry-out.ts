import { createHash } from 'node:crypto';
import { GroundTruth } from '../check/ground-truth.ts';
import { judge } from '../check/judge.ts';
import { tee } from '../journal/journal.ts';
import type { Plan } from '../plan/plan.ts';
import type { Recording } from '../report/format.ts';
import { LiveScreen } from '../report/live-screen.ts';
import type { Result } from '../result/result.ts';
import { HarnessBoundError, RunError } from '../result/run-error.ts';
import type { RunOutcome, Runner } from '../runner/runner.ts';
import { Figures } from '../stats/figures.ts';
import { environment } from './environment.ts';
import { LiveSampler } from './live-sampler.ts';
import type { RunFiles } from './run-files.ts';

/** What keeps more of a run than its result, while it goes on. */
export interface RunKeeper {
  listen(): readonly Recording[];
  /** The run is over; `problem` says why it did not come to its end, or null. */
  end(problem: string | null): Promise<void>;
  /** The process of a peer has written something. */
  onOutput(peer: number, text: string): void;
}

/** How a run is watched and recorded. */
export interface CarryOutOptions {
  /** What it leaves; nothing by default. */
  readonly files?: RunFiles;
  readonly keeper?: RunKeeper;
  /** What else listens to it. */
  readonly recordings?: readonly Recording[];
  readonly quiet?: boolean;
  readonly color: boolean;
  /** Which of several runs this is, from 1. */
  readonly repetition?: { readonly run: number; readonly of: number };
}

/** A run that has been carried out and judged. */
export interface CarriedOut {
  readonly result: Result;
  /** Digest of who knew whom at the end. */
  readonly knowledge: string;
}

/**
 * Carries a plan out on one runner and judges it. Ends early, with what there is, on `signal`. What is to be
 * written of the result is left to the caller.
 */
export async function carryOut(
  plan: Plan,
  runner: Runner,
  options: CarryOutOptions,
  signal: AbortSignal,
  startMs: number,
): Promise<CarriedOut> {
  const figures = new Figures(plan);
  const { files, keeper } = options;
  const recordings = [
    ...(files?.listen(plan) ?? []),
    ...(keeper?.listen() ?? []),
    ...(options.recordings ?? []),
  ];
  const judged = recordings.filter((one) => one.judged !== undefined);
  const truth = new GroundTruth(plan, (judgement) => {
    figures.judged(judgement);
    for (const recording of judged) recording.judged!(judgement);
  });
  const journals = [figures, truth, ...recordings.map(({ journal }) => journal)];
  const wires = recordings.flatMap(({ wire }) => (wire === undefined ? [] : [wire]));
  const screen = options.quiet ? null : new LiveScreen(process.stderr, { color: options.color });
  const sampler = new LiveSampler(plan, figures);
  let outcome: RunOutcome = { virtual: null };
  let error: string | null = null;
  let isHarnessBound = false;
  try {
    outcome = await runner.run(plan, tee(journals), {
      signal,
      ...(keeper && { onOutput: (peer: number, text: string) => keeper.onOutput(peer, text) }),
      // Checks and figures have no use for it, and it is most of what is written.
      ...(wires.length > 0 && { wire: wires.length === 1 ? wires[0]! : tee(wires) }),
      onProgress: (progress, elapsedUs) =>
        screen?.update(() => ({
          ...sampler.take(progress, elapsedUs),
          ...(options.repetition && { repetition: options.repetition }),
        })),
    });
    if (signal.aborted) error = 'interrupted; the figures are those until then';
  } catch (failure) {
    if (!(failure instanceof RunError)) throw failure;
    error = failure.message;
    isHarnessBound = failure instanceof HarnessBoundError;
  } finally {
    screen?.dispose();
  }
  truth.finish();
  await files?.end(error);
  await keeper?.end(error);
  const wallSeconds = (performance.now() - startMs) / 1_000;
  const facts = {
    runner: runner.name,
    wallSeconds,
    error,
    isHarnessBound,
    ...outcome,
    environment,
  };
  const knowledge = digestKnowledge(plan, truth);
  return { result: judge(plan, figures, truth, facts), knowledge };
}

function digestKnowledge(plan: Plan, truth: GroundTruth): string {
  const hash = createHash('sha256');
  plan.peers.forEach((_, peer) => {
    hash.update(`${peer}:${[...truth.known(peer)].sort((a, b) => a - b).join(',')};`);
  });
  return hash.digest('hex');
}
