/**
 * Measures the project by ratios: what is compared runs in turn, in the same minutes, on the same machine.
 * docs/benchmarks.md says what each benchmark means.
 *
 *     node scripts/bench.ts [NAME…] [--json FILE]
 *
 * Exit codes: 0 all targets met, 1 some missed or a benchmark failed, 2 the command was wrong.
 */
import { writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import { parseArgs } from 'node:util';
import { judge, median, type Benchmark, type Findings, type Group } from './bench/benchmark.ts';
import { renderFindings, show, showTarget } from './bench/findings-table.ts';
import { docker } from './bench/docker.ts';
import { lab } from './bench/lab.ts';
import { peer } from './bench/peer.ts';
import { relay } from './bench/relay.ts';
import { reports } from './bench/reports.ts';
import { scale } from './bench/scale.ts';
import { stats } from './bench/stats.ts';
import { virtual } from './bench/virtual.ts';
import { yardsticks } from './bench/yardsticks.ts';
import { Workbench } from './bench/workbench.ts';

const GROUPS: readonly Group[] = [
  peer,
  yardsticks,
  lab,
  docker,
  relay,
  reports,
  scale,
  stats,
  virtual,
];

const HELP = `Usage: npm run bench -- [NAME…] [options]

Runs benchmarks and says which targets are met. NAME is a group (${GROUPS.map((g) => g.name).join(', ')})
or one benchmark (peer/stream); without names, all run but docker, virtual/million and scale/loopback-10000.

  --json FILE  write all figures there
  --list       say what there is
  --help       show this`;

/** A benchmark with its full name, and what it found. */
interface Entry {
  readonly name: string;
  readonly benchmark: Benchmark;
  /** It runs only when it, or its group, is named. */
  readonly isOnDemand: boolean;
}
interface Result {
  readonly name: string;
  readonly findings: Findings;
}

const ENTRIES: readonly Entry[] = GROUPS.flatMap((group) =>
  group.benchmarks.map((benchmark) => ({
    name: `${group.name}/${benchmark.name}`,
    benchmark,
    isOnDemand: group.isOnDemand === true || benchmark.isOnDemand === true,
  })),
);

process.exitCode = await main();

async function main(): Promise<number> {
  const command = readCommand();
  if (typeof command === 'string') {
    console.error(`bench: ${command}`);
    return 2;
  }
  if (command.help) console.log(HELP);
  else if (command.list) printList();
  else return await measureAll(command.entries, command.json);
  return 0;
}

interface Command {
  readonly entries: readonly Entry[];
  readonly json: string | undefined;
  readonly list: boolean;
  readonly help: boolean;
}

/** What was asked for, or what was wrong with it. */
function readCommand(): Command | string {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'string' },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const unknown = positionals.find((name) => !ENTRIES.some((entry) => isMeant(entry, name)));
    if (unknown !== undefined) return `there is no benchmark "${unknown}"; --list shows all`;
    const entries = ENTRIES.filter(
      (entry) =>
        (positionals.length === 0 && !entry.isOnDemand) ||
        positionals.some((name) => isMeant(entry, name)),
    );
    return { entries, json: values.json, list: values.list, help: values.help };
  } catch (error) {
    return (error as Error).message;
  }
}

function isMeant(entry: Entry, name: string): boolean {
  const isOfGroup = entry.name.startsWith(`${name}/`) && !entry.benchmark.isOnDemand;
  return entry.name === name || isOfGroup;
}

function printList(): void {
  const width = Math.max(...ENTRIES.map(({ name }) => name.length));
  for (const { name, benchmark } of ENTRIES) {
    console.log(`${name.padEnd(width)}  ${benchmark.about}`);
  }
}

/** Runs the benchmarks one after the other. Ctrl-C clears everything away. */
async function measureAll(entries: readonly Entry[], json: string | undefined): Promise<number> {
  const bench = new Workbench();
  let isInterrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      isInterrupted = true;
      void bench.close().then(() => process.exit(128 + os.constants.signals[signal]));
    });
  }
  console.log(machine());
  const results: Result[] = [];
  let failures = 0;
  for (const { name, benchmark } of entries) {
    console.log(`\n${name}: ${benchmark.about}\n`);
    try {
      const findings = await benchmark.measure(bench);
      results.push({ name, findings });
      console.log(renderFindings(findings));
    } catch (error) {
      // What fails now fails because everything has been ended; the signal's handler ends us.
      if (isInterrupted) return await new Promise(() => {});
      failures++;
      console.error(`bench: ${name} could not be measured: ${(error as Error).message}`);
    } finally {
      await bench.clear();
    }
  }
  if (json !== undefined) await writeJson(json, results);
  return printTargets(results) && failures === 0 ? 0 : 1;
}

/** What the figures are worth depends on it. */
function machine(): string {
  const cpus = os.cpus();
  const load = os.loadavg()[0]!.toFixed(1);
  return `${cpus.length} × ${cpus[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}, ${os.type()} ${os.release()}, load ${load} at the start`;
}

/** Lists the targets. Returns whether all are met. */
function printTargets(results: readonly Result[]): boolean {
  const lines: string[] = [];
  let met = 0;
  for (const { name, findings } of results) {
    for (const row of findings.rows) {
      if (row.target === undefined) continue;
      const { value, isMet } = judge(row, row.target);
      if (isMet) met++;
      const wanted = showTarget(row.target, row.unit);
      lines.push(
        `${isMet ? '✓' : '✗'} ${name}: ${row.what}: ${show(value, row.unit)}, wanted ${wanted}`,
      );
    }
  }
  console.log(`\n${lines.join('\n')}\n\n${met} of ${lines.length} targets met`);
  return met === lines.length;
}

async function writeJson(file: string, results: readonly Result[]): Promise<void> {
  const benchmarks = results.map(({ name, findings }) => ({
    name,
    notes: findings.notes,
    rows: findings.rows.map((row) => ({
      ...row,
      median: median(row.values),
      ...(row.target && { isMet: judge(row, row.target).isMet }),
    })),
  }));
  const at = new Date().toISOString();
  await writeFile(file, `${JSON.stringify({ at, machine: machine(), benchmarks }, null, 2)}\n`);
}
