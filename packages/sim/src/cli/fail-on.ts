import { InvalidArgumentError } from 'commander';
import { isGateFailedBy, type Comparison, type FailOn } from '../result/comparison.ts';
import { unknownWord } from '../scenario/nearest.ts';
import { EXIT } from './exit-codes.ts';

const WORDS: readonly string[] = ['worse', 'changed'];

/** Reads the value of `--fail-on`. */
export function readFailOn(text: string): FailOn {
  if (WORDS.includes(text)) return text as FailOn;
  throw new InvalidArgumentError(`${unknownWord('difference', text, WORDS)}`);
}

/** The exit code for what a comparison has found; without `failOn` differences are only shown. */
export function exitCodeOfChange({ change }: Comparison, failOn: FailOn | undefined): number {
  return isGateFailedBy(change, failOn ?? null) ? EXIT.fail : EXIT.pass;
}
