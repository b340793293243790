import { InvalidArgumentError } from 'commander';
import type { Comparison } from '../compare/comparison.ts';
import { unknownWord } from '../scenario/nearest.ts';
import { EXIT } from './exit-codes.ts';

/** Differences that make a comparison end with exit code 1; without one it only shows them. */
export type FailOn = 'worse' | 'changed';

const WORDS: readonly string[] = ['worse', 'changed'];

/** Reads the value of `--fail-on`. */
export function readFailOn(text: string): FailOn {
  if (WORDS.includes(text)) return text as FailOn;
  throw new InvalidArgumentError(`${unknownWord('difference', text, WORDS)}`);
}

/**
 * The exit code for what a comparison has found. What cannot be told fails nothing: a gate that closes for
 * want of knowledge is one that people learn to open.
 */
export function exitCodeOfChange({ change }: Comparison, failOn: FailOn | undefined): number {
  const fails: Readonly<Record<FailOn, readonly Comparison['change'][]>> = {
    worse: ['worse'],
    changed: ['worse', 'changed', 'better'],
  };
  return failOn !== undefined && fails[failOn].includes(change) ? EXIT.fail : EXIT.pass;
}
