import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, type TestContext } from 'vitest';
import type { Result } from '../result/result.ts';
import { loadCells } from '../scenario/load.ts';
import { formatScenarioError, ScenarioError } from '../scenario/located-error.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { annotationsOf } from './annotations.ts';
import { unknownWord } from '../scenario/nearest.ts';
import { carryOutIn, RUNNERS, type RunnerName } from './carry-out.ts';
import './matchers.ts';

/** How the scenarios of some files become tests. */
export interface ScenarioOptions {
  /** The world that they run in. The virtual one, which repeats exactly, by default. */
  readonly runner?: RunnerName;
  /** Another seed than that of the scenario. */
  readonly seed?: number;
  /** Milliseconds that the test may take. */
  readonly timeout?: number;
  /** Whether the tests may run beside others; no by default. */
  readonly concurrent?: boolean;
  /** Why a scenario is left out; null when it is not. It stands in the name of the test that is skipped. */
  readonly skip?: (scenario: Scenario) => string | null;
}

/** What is to be true of the result of a run. */
export type ScenarioBody = (result: Result, context: TestContext) => void | Promise<void>;

/** A virtual run has no clock of its own that ends it. */
const VIRTUAL_TIMEOUT_MS = 240_000;

/** What starting, ending and clearing away may take beside the time that a scenario gives itself. */
const AROUND_MS = 60_000;

/**
 * Makes a test of each scenario file, or of each cell of its matrix: `mesh-10 on virtual`, with another seed
 * `mesh-10 on virtual, seed 2`. It runs the
 * scenario, and attaches the figures as annotations. Without a body the scenario's expectations must hold;
 * with one, that alone says what must be. A file with mistakes is a test that fails, and shows them.
 * @param files one or several; relative ones from the folder of the test file
 */
export function scenario(
  files: string | URL | readonly (string | URL)[],
  options?: ScenarioOptions,
  body?: ScenarioBody,
): void;
export function scenario(files: string | URL | readonly (string | URL)[], body: ScenarioBody): void;
export function scenario(
  files: string | URL | readonly (string | URL)[],
  second: ScenarioOptions | ScenarioBody = {},
  third?: ScenarioBody,
): void {
  const [options, body] = typeof second === 'function' ? [{}, second] : [second, third];
  const list: readonly (string | URL)[] = isList(files) ? files : [files];
  const mistake = mistakeIn(options, list);
  if (mistake !== null) throw new TypeError(`scenario(): ${mistake}`);
  for (const file of list) defineFile(pathOf(file), options, body ?? holds);
}

const OPTIONS: readonly string[] = [
  'runner',
  'seed',
  'timeout',
  'concurrent',
  'skip',
] satisfies (keyof ScenarioOptions)[];

/** What no compiler has seen: tests are run without their types being checked. Null: nothing is wrong. */
function mistakeIn(
  { runner, seed, ...others }: ScenarioOptions,
  files: readonly (string | URL)[],
): string | null {
  if (files.length === 0) return 'no file is named; does the pattern match nothing?';
  const unknown = Object.keys(others).find((key) => !OPTIONS.includes(key));
  if (unknown !== undefined) return unknownWord('option', unknown, OPTIONS);
  if (runner !== undefined && !RUNNERS.includes(runner)) {
    return unknownWord('runner', runner, RUNNERS);
  }
  if (seed === undefined || (Number.isSafeInteger(seed) && seed >= 0)) return null;
  return `the seed ${seed} is not a whole number from 0 to ${Number.MAX_SAFE_INTEGER}.`;
}

function isList(
  files: string | URL | readonly (string | URL)[],
): files is readonly (string | URL)[] {
  return Array.isArray(files);
}

function holds(result: Result): void {
  expect(result).toHold();
}

/** The path as people read it: from the working directory. */
function pathOf(file: string | URL): string {
  const written = file instanceof URL || file.startsWith('file:') ? fileURLToPath(file) : file;
  const { testPath } = expect.getState();
  const path = testPath === undefined ? resolve(written) : resolve(dirname(testPath), written);
  return relative(process.cwd(), path);
}

function defineFile(file: string, options: ScenarioOptions, body: ScenarioBody): void {
  const cells = read(file);
  if (typeof cells === 'string') {
    test(file, () => {
      throw withoutStack(cells);
    });
    return;
  }
  for (const cell of cells) defineCell(cell, options, body);
}

/** The scenarios of a file, or what is wrong with it. */
function read(file: string): readonly Scenario[] | string {
  if (!existsSync(file)) return `There is no scenario ${file}.`;
  try {
    return loadCells(file);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return formatScenarioError(error, { color: false });
  }
}

/** The places that count are in the message; where this program found out is of no use. */
function withoutStack(message: string): Error {
  const error = new Error(message);
  error.stack = `Error: ${message}`;
  return error;
}

function defineCell(scenario: Scenario, options: ScenarioOptions, body: ScenarioBody): void {
  const { runner = 'virtual', seed = scenario.seed, concurrent = false } = options;
  // Reports take two tests of one name for one.
  const another = seed === scenario.seed ? '' : `, seed ${seed}`;
  const name = `${scenario.name} on ${runner}${another}`;
  const reason = options.skip?.(scenario) ?? null;
  if (reason !== null) {
    // Concurrent like the others: tests run together only as far as none between them is not.
    test(`${name} (skipped: ${reason})`, { skip: true, concurrent }, () => {});
    return;
  }
  const timeout = options.timeout ?? timeoutFor(scenario, runner);
  test(name, { timeout, concurrent }, async (context) => {
    const result = await carryOutIn(runner, scenario, seed, context.signal);
    for (const { text, type } of annotationsOf(result)) await context.annotate(text, type);
    await body(result, context);
  });
}

function timeoutFor({ timeoutUs }: Scenario, runner: RunnerName): number {
  return runner === 'virtual' ? VIRTUAL_TIMEOUT_MS : timeoutUs / 1e3 + AROUND_MS;
}
