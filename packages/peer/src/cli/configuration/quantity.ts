/** Durations and sizes as people write them: `30s`, `64MiB`. */
import { bad, good, type Reading } from './reading.ts';

/** What a quantity counts: microseconds, bytes, or neither. */
export type QuantityUnit = 'time' | 'bytes' | 'count';

type Suffixes = readonly (readonly [suffix: string, factor: number])[];

/** From small to large; what is written back has the largest that leaves a whole number. */
const SUFFIXES: Readonly<Record<QuantityUnit, Suffixes>> = {
  time: [
    ['us', 1],
    ['ms', 1e3],
    ['s', 1e6],
    ['min', 60e6],
    ['h', 3_600e6],
  ],
  bytes: [
    ['B', 1],
    ['KB', 1e3],
    ['KiB', 2 ** 10],
    ['MB', 1e6],
    ['MiB', 2 ** 20],
    ['GB', 1e9],
    ['GiB', 2 ** 30],
  ],
  count: [['', 1]],
};

const EXPECTED: Readonly<Record<'time' | 'bytes', string>> = {
  time: 'a time such as 500ms, 30s or 2min',
  bytes: 'a size such as 64KiB or 256MiB',
};

/** What may be written, for messages and the reference; `least` is the smallest value. */
export function expectedQuantity(unit: QuantityUnit, least: number = 1): string {
  return unit === 'count' ? `a whole number from ${least}` : EXPECTED[unit];
}

/** Reads a quantity of at least `least`, as microseconds, bytes or a number. */
export function readQuantity(
  unit: QuantityUnit,
  written: unknown,
  least: number = 1,
): Reading<number> {
  const expected = expectedQuantity(unit, least);
  const match = /^(\d+(?:\.\d+)?) ?([a-zµ]*)$/i.exec(String(written).trim());
  if (match === null) return bad(`it must be ${expected}`);
  const [, digits, suffix] = match as unknown as [string, string, string];
  const factor = SUFFIXES[unit].find(([name]) => name === suffix.replace('µ', 'u'))?.[1];
  if (factor === undefined) return bad(wrongSuffix(unit, digits, suffix, expected));
  const value = Number(digits) * factor;
  return Number.isSafeInteger(value) && value >= least
    ? good(value)
    : bad(`it must be ${expected}`);
}

function wrongSuffix(unit: QuantityUnit, digits: string, suffix: string, expected: string): string {
  const names = SUFFIXES[unit].map(([name]) => name);
  if (unit === 'count') return `it must be ${expected}, without a unit`;
  if (suffix === '')
    return `a unit is missing, such as ${digits}${names[1]} or ${digits}${names[2]}`;
  return `the unit must be one of ${names.join(', ')}`;
}

/** Writes a quantity as `readQuantity` reads it. */
export function writeQuantity(unit: QuantityUnit, value: number): string {
  let written = String(value);
  for (const [suffix, factor] of SUFFIXES[unit]) {
    // 1,000 B is 1 KB, but 1,024,000 B is 1000 KiB rather than 1024 KB.
    if (value % factor === 0) written = `${value / factor}${suffix}`;
  }
  return written;
}
