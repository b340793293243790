import { orList, quoted, shown } from './nearest.ts';
import { meantSuffixes } from './unit-words.ts';

/** The kinds of quantity that a scenario writes with a unit. */
export type Unit = 'time' | 'bytes' | 'bytesPerSecond' | 'rate' | 'share';

/** A value, or one sentence that says why there is none. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };

interface UnitWords {
  /** What a message calls such a quantity. */
  readonly noun: string;
  readonly examples: readonly [string, string];
  /** Suffixes to offer for a bare number. */
  readonly usual: readonly string[];
  /** Base units (microseconds, bytes, bytes a second, per second, share of 1) in one of each suffix. */
  readonly suffixes: ReadonlyMap<string, number>;
  /** Whether the base unit is only ever counted in whole numbers. */
  readonly whole: boolean;
}

const SIZES: readonly (readonly [string, number])[] = [
  ['B', 1],
  ['kB', 1e3],
  ['KB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['KiB', 2 ** 10],
  ['MiB', 2 ** 20],
  ['GiB', 2 ** 30],
];

const BITS: readonly (readonly [string, number])[] = [
  ['bit', 1 / 8],
  ['kbit', 1e3 / 8],
  ['Mbit', 1e6 / 8],
  ['Gbit', 1e9 / 8],
];

/** Every unit with its suffixes; the order within one is from small to large where it matters to `formatQuantity`. */
const UNITS: Readonly<Record<Unit, UnitWords>> = {
  time: {
    noun: 'duration',
    examples: ['20ms', '10s'],
    usual: ['ms', 's'],
    suffixes: new Map([
      ['us', 1],
      ['µs', 1],
      ['ms', 1e3],
      ['s', 1e6],
      ['min', 60e6],
      ['m', 60e6],
      ['h', 3600e6],
      ['d', 86400e6],
    ]),
    whole: true,
  },
  bytes: {
    noun: 'size',
    examples: ['300KiB', '64MB'],
    usual: ['KB', 'MB'],
    suffixes: new Map(SIZES),
    whole: true,
  },
  bytesPerSecond: {
    noun: 'bandwidth',
    examples: ['100Mbit', '10MB/s'],
    usual: ['Mbit', 'MB/s'],
    suffixes: new Map([
      ...SIZES.map(([suffix, factor]) => [`${suffix}/s`, factor] as const),
      ...BITS,
      ...BITS.map(([suffix, factor]) => [`${suffix}/s`, factor] as const),
    ]),
    whole: true,
  },
  rate: {
    noun: 'rate',
    examples: ['50/s', '5/m'],
    usual: ['/s', '/m'],
    suffixes: new Map([
      ['/s', 1],
      ['/min', 1 / 60],
      ['/m', 1 / 60],
      ['/h', 1 / 3600],
    ]),
    whole: false,
  },
  share: {
    noun: 'percentage',
    examples: ['2%', '99.5%'],
    usual: ['%'],
    suffixes: new Map([['%', 0.01]]),
    whole: false,
  },
};

const NUMBER_AND_SUFFIX = /^(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?) ?([^\d\s.]\S*(?: \S+)?)?$/;

/** What such a quantity is called: `duration`. */
export function nounOf(unit: Unit): string {
  return UNITS[unit].noun;
}

/** `a duration such as 20ms`, for messages and descriptions. */
export function exampleOf(unit: Unit): string {
  return `a ${UNITS[unit].noun} such as ${orList(UNITS[unit].examples)}`;
}

/** Examples of a quantity, as they stand in a file. */
export function examplesOf(unit: Unit): readonly string[] {
  return UNITS[unit].examples;
}

/** A regular expression, for the JSON Schema, that every text accepted by `parseQuantity` matches. */
export function patternOf(unit: Unit): string {
  const suffixes = [...UNITS[unit].suffixes.keys()].join('|');
  return `^\\d+(\\.\\d+)?([eE][+-]?\\d+)? ?(${suffixes})$`;
}

/**
 * Reads a quantity as a file has it: text with a unit, or 0 alone. The value is in base units:
 * whole microseconds, bytes or bytes a second; per second; a share of 0 … 1.
 */
export function parseQuantity(unit: Unit, written: unknown): Reading<number> {
  if (typeof written === 'number' && Number.isFinite(written))
    return bareNumber(unit, String(written));
  const match = typeof written === 'string' ? NUMBER_AND_SUFFIX.exec(written.trim()) : null;
  if (match === null) return bad(`expected ${exampleOf(unit)}, got ${shown(written)}`);
  const [, digits = '', suffix] = match;
  if (suffix === undefined) return bareNumber(unit, digits);
  const factor = UNITS[unit].suffixes.get(suffix);
  if (factor === undefined) return bad(unknownSuffix(unit, match[0], suffix));
  return toBase(unit, digits, suffix, factor);
}

function bareNumber(unit: Unit, digits: string): Reading<number> {
  if (Number(digits) === 0) return { ok: true, value: 0 };
  const offers = UNITS[unit].usual.map((suffix) => digits + suffix);
  // Half of all peers is 0.5 to some and 50% to others.
  const isShare = unit === 'share' && Number(digits) > 0 && Number(digits) <= 1;
  if (isShare) offers.unshift(formatQuantity('share', Number(digits)));
  return bad(`${digits} has no unit, write ${orList(offers)}`);
}

function unknownSuffix(unit: Unit, text: string, suffix: string): string {
  const other = unitOf(text);
  if (other !== undefined) {
    return `${text} is a ${UNITS[other].noun}, expected ${exampleOf(unit)}`;
  }
  const several = severalParts(unit, text, suffix);
  if (several !== undefined) return several;
  const suffixes = [...UNITS[unit].suffixes.keys()];
  const meant = meantSuffixes(suffix, suffixes).map((each) => `"${each}"`);
  const hint =
    meant.length === 0 ? `expected ${orList(suffixes)}` : `did you mean ${orList(meant)}?`;
  return `unknown unit ${quoted(suffix)} in ${quoted(text)}, ${hint}`;
}

/** What to do about `1,5s` and `1m30s`; undefined for others. */
function severalParts(unit: Unit, text: string, suffix: string): string | undefined {
  if (/^[,_]\d/.test(suffix)) return `no "," or "_" stands in a number, got ${quoted(text)}`;
  const first = /^(\D+?) ?\d/.exec(suffix)?.[1];
  if (first === undefined || !UNITS[unit].suffixes.has(first)) return undefined;
  return `${quoted(text)} has more than one unit, write it with one`;
}

/** The unit that a text is written in; undefined when it has none of ours. */
function unitOf(text: string): Unit | undefined {
  const suffix = NUMBER_AND_SUFFIX.exec(text)?.[2];
  if (suffix === undefined) return undefined;
  return (Object.keys(UNITS) as Unit[]).find((unit) => UNITS[unit].suffixes.has(suffix));
}

function toBase(unit: Unit, digits: string, suffix: string, factor: number): Reading<number> {
  const text = digits + suffix;
  // 0.01 is not exact in binary: 7 * 0.01 is not 0.07, but 7 / 100 is. Rates a minute likewise.
  const exact = factor < 1 ? Number(digits) / Math.round(1 / factor) : Number(digits) * factor;
  if (exact < 0 || Object.is(exact, -0)) return bad(`${text} is negative`);
  if (exact > Number.MAX_SAFE_INTEGER) return bad(`${text} is too large`);
  if (unit === 'share' && exact > 1) return bad(`${text} is more than 100%`);
  if (!UNITS[unit].whole) return { ok: true, value: exact };
  const value = Math.round(exact);
  // Bandwidths are rounded (1kbit is 125 B/s, 1bit is nothing); a duration that is not whole
  // microseconds is a mistake rather than a wish.
  const lost = value === 0 ? exact > 0 : unit === 'time' && Math.abs(value - exact) > 1e-9 * value;
  if (lost) return bad(`${text} is too fine, the smallest step is ${formatQuantity(unit, 1)}`);
  return { ok: true, value };
}

/**
 * Writes a value in base units so that `parseQuantity` reads the same value back. Bandwidths come in bits where
 * that is shorter: `50Mbit`, not `6250kB/s`.
 */
export function formatQuantity(unit: Unit, value: number): string {
  if (unit === 'share') return `${Number((value * 100).toPrecision(15))}%`;
  if (unit === 'rate') return `${value}/s`;
  const isBits = (suffix: string): boolean => suffix.includes('bit');
  const bytes = inLargest(unit, value, (suffix) => !isBits(suffix));
  if (unit !== 'bytesPerSecond') return bytes;
  const bits = inLargest(unit, value, (suffix) => isBits(suffix) && !suffix.endsWith('/s'));
  return bits.length < bytes.length ? bits : bytes;
}

/** A value in the largest of some suffixes that leaves a whole number; powers of ten come before those of two. */
function inLargest(unit: Unit, value: number, isWanted: (suffix: string) => boolean): string {
  let best: readonly [suffix: string, factor: number] | undefined;
  for (const [suffix, factor] of UNITS[unit].suffixes) {
    if (!isWanted(suffix) || value % factor !== 0) continue;
    if (best === undefined || (factor > best[1] && value > 0)) best = [suffix, factor];
  }
  const [suffix, factor] = best ?? ['', 1];
  return `${value / factor}${suffix}`;
}

function bad(problem: string): Reading<never> {
  return { ok: false, problem };
}
