import { figureOf } from '../check/figure-values.ts';
import type { PhaseResult, Result } from '../result/result.ts';
import { findFigure, type Figure } from '../scenario/figures.ts';

/** Figures of one run, by the names that expectations use, in base units; null: it could not be taken. */
export type RunFigures = Readonly<Record<string, number | null>>;

/** What requests came to; likewise of each phase, where several have requests. */
const OF_REQUESTS = [
  'requests.wrong',
  'requests.success',
  'requests.rate',
  'throughput',
  'latency.p50',
  'latency.p90',
  'latency.p99',
  'latency.max',
];

const OF_THE_WHOLE = [
  ...['discovery.time', 'healed.discovery.time', 'discovery.messages', 'left.behind'],
];

/** What it took of the machine; in the virtual world that is neither the peers' nor the same twice. */
const OF_THE_MACHINE = ['memory.peakRss', 'harness.lag.p50', 'harness.lag.max'];

/** The figures of a run of which several runs show the spread. */
export function figuresOf(result: Result): RunFigures {
  const whole = [...OF_REQUESTS, ...OF_THE_WHOLE, ...(result.virtual ? [] : OF_THE_MACHINE)];
  const asking = result.phases.filter(({ measured, requests }) => measured && requests.due > 0);
  return {
    ...take(whole, result, null),
    ...Object.assign(
      {},
      ...(asking.length < 2 ? [] : asking).map((phase) => take(OF_REQUESTS, result, phase)),
    ),
  };
}

/** The figure with such a name, with or without a phase. */
export function figureNamed(name: string): Figure {
  return knownFigure(name)!;
}

/** Whether there is such a figure, with or without a phase. */
export function isFigureName(name: string): boolean {
  return knownFigure(name) !== undefined;
}

function knownFigure(name: string): Figure | undefined {
  return findFigure(name) ?? findFigure(name.slice(name.indexOf('.') + 1));
}

function take(names: readonly string[], result: Result, phase: PhaseResult | null): RunFigures {
  const prefix = phase === null ? '' : `${phase.name}.`;
  const part = { phase, group: null, peer: null };
  return Object.fromEntries(
    names.map((name) => [`${prefix}${name}`, figureOf(name, part, result, []) ?? null]),
  );
}
