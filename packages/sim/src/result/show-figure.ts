import type { FigureUnit } from '../scenario/figures.ts';

/** How values of one order of magnitude are written. */
interface Step {
  /** Values under this are written so. It lies where rounding would reach the next unit: no `1000 µs`. */
  readonly below: number;
  /** Base units in one of the suffix. */
  readonly per: number;
  readonly suffix: string;
  readonly decimals: number;
}

const BYTES: readonly Step[] = [
  { below: 999.5, per: 1, suffix: ' B', decimals: 0 },
  { below: 999.95e3, per: 1e3, suffix: ' kB', decimals: 1 },
  { below: 999.95e6, per: 1e6, suffix: ' MB', decimals: 1 },
  { below: 999.95e9, per: 1e9, suffix: ' GB', decimals: 1 },
  { below: Infinity, per: 1e12, suffix: ' TB', decimals: 1 },
];

const STEPS: Readonly<Record<Exclude<FigureUnit, 'flag'>, readonly Step[]>> = {
  time: [
    { below: 999.5, per: 1, suffix: ' µs', decimals: 0 },
    { below: 9.95e3, per: 1e3, suffix: ' ms', decimals: 1 },
    { below: 999.5e3, per: 1e3, suffix: ' ms', decimals: 0 },
    { below: 9.995e6, per: 1e6, suffix: ' s', decimals: 2 },
    { below: 120e6, per: 1e6, suffix: ' s', decimals: 1 },
    { below: 120 * 60e6, per: 60e6, suffix: ' min', decimals: 1 },
    { below: Infinity, per: 3600e6, suffix: ' h', decimals: 1 },
  ],
  bytes: BYTES,
  bytesPerSecond: BYTES.map((step) => ({ ...step, suffix: `${step.suffix}/s` })),
  rate: [
    { below: 9.995, per: 1, suffix: '/s', decimals: 2 },
    { below: 999.95, per: 1, suffix: '/s', decimals: 1 },
    { below: Infinity, per: 1, suffix: '/s', decimals: 0 },
  ],
  share: [{ below: Infinity, per: 0.01, suffix: '%', decimals: 1 }],
  count: [{ below: Infinity, per: 1, suffix: '', decimals: 0 }],
};

/** What zero is, for people: never in the smallest unit, as if it had been measured that finely. */
const ZERO: Readonly<Record<Exclude<FigureUnit, 'flag'>, string>> = {
  time: '0 s',
  bytes: '0 B',
  bytesPerSecond: '0 B/s',
  rate: '0/s',
  share: '0%',
  count: '0',
};

/** Decimals that can be added to tell two values apart; numbers hold no more that means anything. */
const MOST_EXTRA_DECIMALS = 9;

/**
 * The value of a figure for people: `1.2 ms`, `3.45 s`, `13.2 MB/s`, `99.8%`, `1,040`, `yes`.
 * @param value in the base unit (microseconds, bytes, bytes a second, per second, share of 1,
 * count, 0 or 1); null, a figure that could not be taken, is `not measured`
 * @param unlike the value that an expectation compares with: decimals are added until the two read
 * differently, so that nobody is told that `18 ms` is more than `18 ms`
 */
export function showFigure(unit: FigureUnit, value: number | null, unlike?: number): string {
  if (value === null) return 'not measured';
  if (unit === 'flag') return value === 0 ? 'no' : 'yes';
  if (value === 0) return ZERO[unit];
  if (unit === 'share' && value === 1) return '100%';
  // "0.0%" and "100.0%" of something that is neither none nor all would be a lie, too.
  const others = [...(unlike === undefined ? [] : [unlike]), ...(unit === 'share' ? [0, 1] : [])];
  const apart = others.filter((other) => other !== value);
  for (let extra = 0; ; extra++) {
    const text = write(STEPS[unit], value, extra);
    const differs = apart.every((other) => write(STEPS[unit], other, extra) !== text);
    if (differs || extra === MOST_EXTRA_DECIMALS) return text;
  }
}

/** A number with thousands separators and exactly so many decimals. */
export function showNumber(value: number, decimals = 0): string {
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return value.toLocaleString('en-US', digits);
}

function write(steps: readonly Step[], value: number, extraDecimals: number): string {
  const step = steps.find(({ below }) => value < below) ?? steps.at(-1)!;
  return `${showNumber(value / step.per, step.decimals + extraDecimals)}${step.suffix}`;
}
