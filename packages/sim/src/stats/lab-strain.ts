import type { HarnessSample, JournalEvent } from '../journal/event.ts';
import { Latencies } from './latencies.ts';

/** From here on the event loop has no rest worth the name: what comes in has to wait. */
const BUSY_SHARE = 0.95;

/** How the lab did in one phase, in all of its samples of itself. */
export interface PhaseStrain {
  readonly lags: Latencies;
  peakLagUs: number;
  /** How late the lab was in all samples together, and how long they were. */
  lateUs: number;
  spanUs: number;
  /** Samples that tell of the processor. */
  samples: number;
  /** Of them, those in which the event loop had no rest, and in which no processor of the machine had any. */
  busy: number;
  machineBusy: number;
  /** Cores that the lab had in the busy ones, added up. */
  busyCores: number;
  /** Samples in which the system had no file left for the lab. */
  withoutFiles: number;
}

/**
 * How the lab did in each phase. A phase lasts until the next one begins: answers to its requests may come
 * after its end.
 */
export class LabStrain {
  readonly phases: readonly PhaseStrain[];
  #current: number | null = null;
  /** The phase before, when the current one began after the last sample. */
  #previous: number | null = null;
  #sampledUs = 0;

  constructor(phases: number) {
    this.phases = Array.from({ length: phases }, () => ({
      lags: new Latencies(),
      peakLagUs: 0,
      lateUs: 0,
      spanUs: 0,
      samples: 0,
      busy: 0,
      machineBusy: 0,
      busyCores: 0,
      withoutFiles: 0,
    }));
  }

  write(event: JournalEvent): void {
    if (event.kind === 'phase-start') {
      this.#previous = this.#current;
      this.#current = event.phase;
    } else if (event.kind === 'harness') {
      this.#take(event);
    }
  }

  /** A sample is of the time since the one before, and so of all phases in that time. */
  #take(sample: HarnessSample): void {
    for (const phase of [this.#previous, this.#current]) {
      if (phase !== null) add(this.phases[phase]!, sample, sample.atUs - this.#sampledUs);
    }
    this.#previous = null;
    this.#sampledUs = sample.atUs;
  }
}

function add(phase: PhaseStrain, sample: HarnessSample, spanUs: number): void {
  phase.lags.record(sample.lagUs);
  phase.peakLagUs = Math.max(phase.peakLagUs, sample.lagUs);
  phase.lateUs += sample.lagUs;
  phase.spanUs += spanUs;
  const { load } = sample;
  if (load === undefined) return;
  phase.samples++;
  if (load.isShortOfFiles) phase.withoutFiles++;
  if (load.machineShare !== null && load.machineShare >= BUSY_SHARE) phase.machineBusy++;
  if (load.loopShare < BUSY_SHARE) return;
  phase.busy++;
  phase.busyCores += load.cores;
}
