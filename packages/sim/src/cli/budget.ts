import { InvalidArgumentError } from 'commander';
import { parseQuantity } from '../scenario/units.ts';

/** Reads `--time`, into milliseconds. */
export function readTime(text: string): number {
  const reading = parseQuantity('time', text);
  if (!reading.ok) throw new InvalidArgumentError(`${reading.problem}.`);
  if (reading.value > 0) return reading.value / 1_000;
  throw new InvalidArgumentError('It must be longer than 0.');
}

/** Reads `--runs`. */
export function readRuns(text: string): number {
  const runs = Number(text);
  if (/^\d+$/.test(text) && runs >= 1 && Number.isSafeInteger(runs)) return runs;
  throw new InvalidArgumentError('It must be a whole number from 1.');
}
