import type { Unit } from './units.ts';

/** What a figure is measured in, and so how the value in an expectation is written. */
export type FigureUnit = Unit | 'count' | 'flag';

/** One thing that a run measures and an expectation can name. */
export interface Figure {
  readonly name: string;
  readonly unit: FigureUnit;
  /** Where it exists: for the whole run, for one phase (`steady.requests.rate`), or both. */
  readonly scope: 'run' | 'phase' | 'both';
  /** One sentence, for the reference page. */
  readonly description: string;
}

/** Every figure, in the order of the reference page. */
export const FIGURES: readonly Figure[] = [
  figure('requests.due', 'count', 'both', 'Requests that the workload asked for.'),
  figure(
    'requests.correct',
    'count',
    'both',
    'Requests whose answer was the truth: the right bytes, or "not found" for an image that no peer has.',
  ),
  figure(
    'requests.wrong',
    'count',
    'both',
    'Requests whose answer was false: other bytes, or an invented "not found".',
  ),
  figure(
    'requests.excused',
    'count',
    'both',
    'Requests that could not succeed: no owner could be known, or none was up.',
  ),
  figure('requests.failed', 'count', 'both', 'Requests without an answer and without an excuse.'),
  figure(
    'requests.success',
    'share',
    'both',
    'Share of correct requests among those that were not excused.',
  ),
  figure(
    'requests.rate',
    'rate',
    'both',
    'Correctly answered requests a second, within the phase.',
  ),
  figure(
    'latency.p50',
    'time',
    'both',
    'Time that half of the answered requests stayed within, from the moment each was due.',
  ),
  figure(
    'latency.p90',
    'time',
    'both',
    'Time that 90% of the answered requests stayed within, from the moment each was due.',
  ),
  figure(
    'latency.p99',
    'time',
    'both',
    'Time that 99% of the answered requests stayed within, from the moment each was due.',
  ),
  figure(
    'latency.p999',
    'time',
    'both',
    'Time that 99.9% of the answered requests stayed within, from the moment each was due.',
  ),
  figure(
    'latency.max',
    'time',
    'both',
    'The longest time from the moment a request was due to its answer.',
  ),
  figure(
    'latency.mean',
    'time',
    'both',
    'The mean time from the moment a request was due to its answer.',
  ),
  figure(
    'throughput',
    'bytesPerSecond',
    'both',
    'Bytes of the right images that arrived within the phase, a second.',
  ),
  figure('time', 'time', 'phase', 'How long the phase took.'),
  figure(
    'discovery.complete',
    'flag',
    'run',
    'Whether each of our peers has reached every other peer.',
  ),
  figure(
    'discovery.time',
    'time',
    'run',
    'Time from the start until each of our peers had reached every other peer.',
  ),
  figure(
    'discovery.messages',
    'count',
    'run',
    'HELLO and PEERS messages that our peers sent in the whole run.',
  ),
  figure(
    'memory.peakRss',
    'bytes',
    'run',
    'The most memory that the lab and the processes of our peers held.',
  ),
];

/** The figure with this name, without a phase; undefined when there is none. */
export function findFigure(name: string): Figure | undefined {
  return FIGURES.find((each) => each.name === name);
}

/** First words of all figures (`requests`, `latency` …): no phase may be called so. */
export const FIGURE_HEADS: ReadonlySet<string> = new Set(
  FIGURES.map((each) => each.name.split('.', 1).join('')),
);

function figure(
  name: string,
  unit: FigureUnit,
  scope: Figure['scope'],
  description: string,
): Figure {
  return { name, unit, scope, description };
}
