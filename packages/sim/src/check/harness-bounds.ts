/**
 * What the lab was short of, and what of a run that explains. Only what a shortage can cause is explained
 * by it: a lab that is late makes times long and rates low, but it turns no answer into a wrong one and
 * lets no peer crash. So
 *
 *   times and rates of requests    by timers that rang late, a lab without rest, a machine without rest,
 *                                  want of files
 *   a phase or discovery that      by the same; but that others keep the machine busy is a reason for finding
 *   took too long                  one another late, and none for never doing so
 *   a request without an answer    by want of files, and by a stall as long as the time after which peers
 *                                  give one another up
 *   one that the end of the run    by the same, and by what makes everything slow: time was what it lacked
 *   or a fault overtook
 *   everything else                by nothing
 *
 * and only in the phases that it was measured in.
 */
import { DEFAULT_LIMITS } from '@imagemesh/peer';
import type { HarnessBound } from '../result/result.ts';
import { showFigure } from '../result/show-figure.ts';
import type { PhaseStrain } from '../stats/lab-strain.ts';

/** A rate is not missed for less lateness than that. */
const LAG_US = 100_000;

/** Timers ring at whole milliseconds: one that is late by less is on time. */
const ON_TIME_US = 2_000;

/** A lab that was late by this share of a time cannot say whether that time was kept. */
const LAG_SHARE = 0.2;

/** How often a request waits for the event loop, give or take: it can be late by so many delays of the lab. */
const TURNS = 10;

/** A stall after which a peer may give up another one that has long answered. */
const STALL_US: number = Math.min(
  DEFAULT_LIMITS.dialTimeoutUs,
  DEFAULT_LIMITS.greetingTimeoutUs,
  DEFAULT_LIMITS.replyTimeoutUs,
);

/** The larger part of a phase, which must have lasted for so many samples of a tenth of a second. */
const MOST = 0.5;
const LEAST_SAMPLES = 5;

/** A lab whose busy event loop had less than that of a core was kept from it by other programs. */
const WHOLE_CORE = 0.9;

/** A quantile of how late the lab was. */
export type LagFigure = 'p50' | 'p90' | 'max';

/** Something that was not as expected, so far as it matters for what may have caused it. */
export type Miss =
  | {
      readonly kind: 'latency';
      /** Numbers of the phases that it was measured in. */
      readonly phases: readonly number[];
      /** The time that was to be kept, in microseconds; null: it was that of a figure that was not taken. */
      readonly boundUs: number | null;
      /** Null: it never came. */
      readonly measuredUs: number | null;
      /** Which of the lab's delays matter to it: a median is moved by what half of the time is like. */
      readonly lag: LagFigure;
    }
  | {
      readonly kind: 'progress';
      readonly phases: readonly number[];
      /** Likewise. */
      readonly boundUs: number | null;
      readonly measuredUs: number | null;
    }
  | {
      readonly kind: 'rate';
      readonly phases: readonly number[];
      /** Share of the rate that was missing. */
      readonly lostShare: number;
    }
  | { readonly kind: 'answers'; readonly phases: readonly number[] }
  /** Requests that the end of the run, or a fault, overtook; the phases from the first of them on. */
  | { readonly kind: 'overtaken'; readonly phases: readonly number[] }
  | { readonly kind: 'peers' };

/** A phase and how the lab did in it. */
interface StrainedPhase {
  readonly name: string;
  readonly strain: PhaseStrain;
}

/** What the lab was short of in a run. */
export class HarnessBounds {
  readonly #phases: readonly StrainedPhase[];

  /** Both in the order of the scenario. */
  constructor(names: readonly string[], strains: readonly PhaseStrain[]) {
    this.#phases = names.map((name, i) => ({ name, strain: strains[i]! }));
  }

  /** All of it, whether or not anything came of it. */
  get all(): HarnessBound[] {
    return this.#phases.flatMap((phase) => [...shortages(phase), ...late(phase, LAG_US, 'max')]);
  }

  /** What may have caused a miss; empty: nothing of the lab's. */
  causes(miss: Miss): HarnessBound[] {
    if (miss.kind === 'peers') return [];
    return miss.phases.flatMap((number) => causesIn(this.#phases[number]!, miss));
  }
}

function causesIn(phase: StrainedPhase, miss: Exclude<Miss, { kind: 'peers' }>): HarnessBound[] {
  switch (miss.kind) {
    case 'latency':
      return [...shortages(phase), ...late(phase, tolerance(miss), miss.lag)];
    case 'rate':
      return [...shortages(phase), ...lateFor(phase, miss.lostShare)];
    case 'progress':
      return [
        ...(miss.measuredUs === null ? [...files(phase), ...processor(phase)] : shortages(phase)),
        ...late(phase, tolerance(miss), 'max'),
      ];
    case 'answers':
      return [...files(phase), ...late(phase, STALL_US, 'max')];
    case 'overtaken':
      return [...shortages(phase), ...late(phase, STALL_US, 'max')];
  }
}

/** Lateness that a time can bear: less blurs it by little, or cannot have made it what it was. */
function tolerance({
  boundUs,
  measuredUs,
}: {
  readonly boundUs: number | null;
  readonly measuredUs: number | null;
}): number {
  if (boundUs === null) return Infinity;
  const excessUs = measuredUs === null ? boundUs : measuredUs - boundUs;
  return Math.max(ON_TIME_US, boundUs * LAG_SHARE, excessUs / TURNS);
}

/** Lateness that cost as much of the time as is missing of the rate. */
function lateFor(phase: StrainedPhase, lostShare: number): HarnessBound[] {
  const { lateUs, spanUs } = phase.strain;
  return lateUs >= spanUs * lostShare ? late(phase, LAG_US, 'max') : [];
}

function late({ name, strain }: StrainedPhase, fromUs: number, figure: LagFigure): HarnessBound[] {
  const lagUs = lagOf(strain, figure);
  if (lagUs <= fromUs) return [];
  const shown = showFigure('time', lagUs);
  const when = { p50: ' or later in half', p90: ' or later in a tenth', max: ' at worst' }[figure];
  const of = figure === 'max' ? 'in' : 'of';
  return [
    {
      kind: 'lag',
      phase: name,
      text: `timers of the lab rang ${shown} late${when} ${of} phase ${name}`,
    },
  ];
}

function lagOf({ lags, peakLagUs }: PhaseStrain, figure: LagFigure): number {
  if (figure === 'max') return peakLagUs;
  const summary = lags.summary();
  return summary === null ? 0 : summary[figure] * 1_000;
}

/** Shortages that slow everything down. */
function shortages(phase: StrainedPhase): HarnessBound[] {
  return [...files(phase), ...processor(phase), ...machine(phase)];
}

function processor({ name, strain }: StrainedPhase): HarnessBound[] {
  const { samples, busy, busyCores } = strain;
  if (!isMost(busy, samples)) return [];
  const cores = busyCores / busy;
  const had = `${showFigure('share', cores)} of a core`;
  const what =
    cores < WHOLE_CORE ? `it got only ${had}, other programs the rest` : `it used ${had}`;
  const text = `the lab had no rest in ${showFigure('share', busy / samples)} of phase ${name}: ${what}`;
  return [{ kind: 'processor', phase: name, text }];
}

function machine({ name, strain }: StrainedPhase): HarnessBound[] {
  const { samples, machineBusy } = strain;
  if (!isMost(machineBusy, samples)) return [];
  const share = showFigure('share', machineBusy / samples);
  const text = `all processors of the machine were busy in ${share} of phase ${name}`;
  return [{ kind: 'machine', phase: name, text }];
}

function files({ name, strain }: StrainedPhase): HarnessBound[] {
  if (strain.withoutFiles === 0) return [];
  const text = `the system had no file left for the lab in phase ${name} (EMFILE; see ulimit -n)`;
  return [{ kind: 'files', phase: name, text }];
}

function isMost(part: number, samples: number): boolean {
  return samples >= LEAST_SAMPLES && part >= samples * MOST;
}
