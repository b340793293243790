import type { Plan } from '../plan/plan.ts';
import type { Progress as Shown } from '../report/live-lines.ts';
import type { Figures } from '../stats/figures.ts';
import type { Progress } from '../workload/conductor.ts';

/** Rates are of at least so long on the clock of the run, so that they do not flicker. */
const RATE_US = 1_000_000;

/** As many faults have a line of their own. */
const SHOWN_FAULTS = 3;

/** What was counted at some moment of the run. */
interface Sample {
  readonly elapsedUs: number;
  readonly done: number;
  readonly bytes: Float64Array;
}

/** Takes the values of a live screen out of the figures of a run, and remembers the last ones for rates. */
export class LiveSampler {
  readonly #plan: Plan;
  readonly #figures: Figures;
  #last: Sample;
  #activity: Float64Array;
  #requestsPerSecond = 0;
  #bytesPerSecond = 0;

  constructor(plan: Plan, figures: Figures) {
    this.#plan = plan;
    this.#figures = figures;
    const peers = plan.peers.length;
    this.#last = { elapsedUs: 0, done: 0, bytes: new Float64Array(peers) };
    this.#activity = new Float64Array(peers);
  }

  /** The values now, at `elapsedUs` on the clock of the run. */
  take(progress: Progress, elapsedUs: number): Shown {
    this.#sample(progress.done, elapsedUs);
    const { phases } = this.#plan.scenario;
    const phase = phases[progress.phase]!;
    const { tally, latencies } = this.#figures.phases[progress.phase]!;
    return {
      phase: phase.name,
      phaseIndex: progress.phase,
      phaseCount: phases.length,
      elapsedUs: elapsedUs - progress.phaseStartUs,
      phaseUs: phase.until === null ? phase.forUs : null,
      ...(phase.until !== null && { known: { pairs: progress.reached, of: progress.wanted } }),
      due: progress.due,
      done: progress.done,
      wrong: tally.wrong,
      failed: tally.failed,
      excused: tally.excused,
      requestsPerSecond: this.#requestsPerSecond,
      bytesPerSecond: this.#bytesPerSecond,
      latencyMs: latencies.summary(),
      rates: this.#figures.series.correct(),
      ...this.#faults(),
      activity: this.#activity,
    };
  }

  #sample(done: number, elapsedUs: number): void {
    const spanUs = elapsedUs - this.#last.elapsedUs;
    if (spanUs < RATE_US) return;
    const { bytesSent, bytesReceived } = this.#figures;
    const bytes = bytesSent.map((sent, peer) => sent + bytesReceived[peer]!);
    const { length } = this.#plan.peers;
    let received = 0;
    for (let peer = 0; peer < length; peer++) {
      const moved = bytes[peer]! - this.#last.bytes[peer]!;
      received += moved / 2;
      this.#activity[peer] = this.#figures.isUp(peer) ? moved : -1;
    }
    this.#requestsPerSecond = ((done - this.#last.done) / spanUs) * 1e6;
    this.#bytesPerSecond = (received / spanUs) * 1e6;
    this.#last = { elapsedUs, done, bytes };
  }

  #faults(): Pick<Shown, 'faults' | 'faultCount'> {
    const all = this.#figures.faults;
    const recent = all.slice(-SHOWN_FAULTS * 2).toReversed();
    const shown = recent
      .map(({ fault, startUs, endUs }) => ({
        text: this.#plan.faults[fault]!.fault.text,
        isOver: endUs !== null,
        startUs,
      }))
      .toSorted((a, b) => Number(a.isOver) - Number(b.isOver));
    return { faults: shown.slice(0, SHOWN_FAULTS), faultCount: all.length };
  }
}
