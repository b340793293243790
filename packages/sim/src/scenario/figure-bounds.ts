/** What values figures can have at all, and which of two is never more than the other. */
import { findFigure } from './figures.ts';

/** A range of values in a figure's base unit; whether its ends are among them. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly hasLeast: boolean;
  readonly hasMost: boolean;
}

/** The values that a figure can have; `peers`: all of a run, if that is known. */
export function boundsOf(figure: string, peers: number = Infinity): Bounds {
  const unit = findFigure(figure)?.unit;
  const isShare = unit === 'share' || unit === 'flag';
  const most = isShare ? 1 : figure === 'known' ? peers - 1 : Infinity;
  // An answer takes some time in every world.
  return { least: 0, most, hasLeast: !figure.startsWith('latency.'), hasMost: true };
}

/** The values of a range so many times. */
export function times(factor: number, { least, most, hasLeast, hasMost }: Bounds): Bounds {
  // Infinity times 0 is no number.
  if (factor === 0) return exactly(0);
  if (factor > 0) return { least: factor * least, most: factor * most, hasLeast, hasMost };
  return { least: factor * most, most: factor * least, hasLeast: hasMost, hasMost: hasLeast };
}

/** The values of a sum. */
export function sumOf(parts: readonly Bounds[]): Bounds {
  return {
    least: parts.reduce((sum, { least }) => sum + least, 0),
    most: parts.reduce((sum, { most }) => sum + most, 0),
    hasLeast: parts.every(({ hasLeast }) => hasLeast),
    hasMost: parts.every(({ hasMost }) => hasMost),
  };
}

/** A range of one value. */
export function exactly(value: number): Bounds {
  return { least: value, most: value, hasLeast: true, hasMost: true };
}

/** In each, a figure is never more than those behind it, of the same peers in the same phase. */
const RISING: readonly (readonly string[])[] = [
  ['latency.p50', 'latency.p90', 'latency.p99', 'latency.p999', 'latency.max'],
  ['latency.mean', 'latency.max'],
  ['harness.lag.p50', 'harness.lag.p99', 'harness.lag.max'],
  ['discovery.time50', 'discovery.time90', 'discovery.time99', 'discovery.time100'],
  ...['correct', 'wrong', 'excused', 'failed'].map((part) => [`requests.${part}`, 'requests.due']),
  ['attempts.failed', 'attempts'],
  ...['sent', 'received'].flatMap((way) =>
    ['hello', 'peers', 'req', 'res', 'err'].map((type) => [
      `messages.${way}.${type}`,
      `messages.${way}`,
    ]),
  ),
];

/** Whether `one` is never more than `other`, of the same peers in the same phase. */
export function isNeverMore(one: string, other: string): boolean {
  return RISING.some((figures) => {
    const at = figures.indexOf(one);
    return at !== -1 && figures.indexOf(other) > at;
  });
}
