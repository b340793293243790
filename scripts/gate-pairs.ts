/**
 * How often `sim diff` calls something worse: draws pairs of reports of ten runs each from results of single
 * runs, and compares them. docs/gate.md has what came of it.
 *
 *     node scripts/gate-pairs.ts FOLDER_A FOLDER_B [--pairs 200] [--seed 1]
 *
 * The folders hold what `sim run SCENARIO --json FOLDER/N.json` has written, A and B in turn, for noise comes
 * and goes. One folder twice: pairs of equals, which have no run in common. What was planted in B may be in
 * its scenario: the digest of A is taken for both.
 *
 * Exit codes: 0 it was measured, 2 the command was wrong.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compare } from '../packages/sim/src/compare/compare.ts';
import type { Comparison } from '../packages/sim/src/result/comparison.ts';
import { subjectOf, type Subject } from '../packages/sim/src/compare/subject.ts';
import { Random } from '../packages/sim/src/random/random.ts';
import { figuresOf } from '../packages/sim/src/report/repeat-figures.ts';
import { RepeatTally, type RepeatedRun } from '../packages/sim/src/report/repeat-report.ts';
import type { Result } from '../packages/sim/src/result/result.ts';

/** Runs of a report. */
const RUNS = 10;

/** Results of single runs with their figures. */
interface Pool {
  readonly first: Result;
  readonly runs: readonly RepeatedRun[];
}

function readPool(folder: string): Pool {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const results = files.map(
    (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Result,
  );
  const runs = results.map((result, i) => {
    const { seed, verdict, reasons, wallSeconds } = result;
    const figures = figuresOf(result);
    return { run: i + 1, seed, verdict, reasons, wallSeconds, figures, traceHash: null };
  });
  if (runs.length < 2 * RUNS) throw new Error(`${folder} has fewer than ${2 * RUNS} results.`);
  return { first: results[0]!, runs };
}

/** A report as `--repeat 10` writes it. */
function reportOf({ first }: Pool, runs: readonly RepeatedRun[]): Subject {
  const tally = new RepeatTally(runs.length, true);
  for (const run of runs) tally.add(run);
  const { scenario, scenarioDigest, file, cell, runner, seed, environment } = first;
  const facts = { scenario, scenarioDigest, file, cell, runner, environment };
  const seeds = { first: seed, last: seed };
  return subjectOf(tally.report({ ...facts, seeds, events: null, wallSeconds: 0 }), null);
}

function drawPair(base: Pool, other: Pool, random: Random): Comparison {
  const shuffled = random.shuffle([...base.runs]);
  const others =
    base.first === other.first ? shuffled.slice(RUNS) : random.shuffle([...other.runs]);
  return compare(reportOf(base, shuffled.slice(0, RUNS)), reportOf(base, others.slice(0, RUNS)));
}

function measure(folders: readonly string[], pairs: number, seed: number): void {
  const [base, other] = folders.map(readPool) as [Pool, Pool];
  const random = Random.fromSeed(seed).fork('pairs');
  const same = folders[0] === folders[1] ? base : other;
  const found = Array.from({ length: pairs }, () => drawPair(base, same, random));
  for (const change of ['worse', 'changed', 'better', 'same', 'cannot-tell'] as const) {
    const count = found.filter((one) => one.change === change).length;
    console.log(
      `${change.padEnd(12)} ${count} of ${pairs}, ${((100 * count) / pairs).toFixed(1)}%`,
    );
  }
  const worse = found.flatMap(({ figures }) => figures.filter(({ change }) => change === 'worse'));
  const byName = Object.entries(Object.groupBy(worse, ({ name }) => name));
  for (const [name, figures] of byName) console.log(`  ${name}: worse in ${figures!.length}`);
}

try {
  const { values, positionals } = parseArgs({
    options: { pairs: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
    allowPositionals: true,
  });
  if (positionals.length !== 2) throw new Error('name two folders with results.');
  measure(positionals, Number(values.pairs), Number(values.seed));
} catch (error) {
  console.error(`gate-pairs: ${(error as Error).message}`);
  process.exitCode = 2;
}
