import { setImmediate as breathe } from 'node:timers/promises';
import { RunError } from '../result/run-error.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { LogicError } from '../virtual/logic-error.ts';
import { VirtualRun } from '../virtual/virtual-run.ts';
import type { Runner } from './runner.ts';

/** Events between two looks at the clock. */
const EVENTS_A_LOOK = 5_000;

/** How long the world may run before signals and the live line get their turn. */
const TURN_MS = 100;

/** All peers in the virtual world: simulated clock, simulated streams, images by reference. */
export const virtual: Runner = {
  name: 'virtual',
  refusals: refuse,
  async run(plan, journal, { signal, onProgress, wire }) {
    const run = new VirtualRun(plan, journal, wire);
    const startMs = performance.now();
    run.start();
    while (!run.isOver) {
      const turnMs = performance.now();
      while (!run.isOver && performance.now() - turnMs < TURN_MS)
        guarded(() => run.advance(EVENTS_A_LOOK));
      journal.write({
        kind: 'harness',
        atUs: run.world.nowUs,
        lagUs: 0,
        rssBytes: process.memoryUsage.rss(),
      });
      onProgress?.(run.conductor.progress, run.world.nowUs);
      await breathe();
      if (signal.aborted) run.conductor.cut();
    }
    run.finish();
    const seconds = (performance.now() - startMs) / 1_000;
    const { events, trace } = run.world;
    const traceHash = trace.digest();
    if (!signal.aborted) guarded(() => run.close());
    return { virtual: { events, eventsPerSecond: events / seconds, traceHash } };
  },
};

/** A bug of the peer ends the run, and is told as any other reason why it could not go on. */
function guarded(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof LogicError)) throw error;
    throw new RunError(error.message, { cause: error });
  }
}

function refuse({ groups }: Scenario): string[] {
  return groups
    .filter((group) => group.run !== null)
    .map(
      (group) =>
        `the virtual runner cannot start other programs (peers.groups: ${group.name}); use loopback or process`,
    );
}
