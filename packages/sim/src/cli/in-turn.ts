/**
 * `sim run FILE --repeat N --in-turn DIR`: the same scenario here and in another checkout, one run of each in turn, and
 * what differs. A machine that becomes slower on the way is slower for both, which no base of an hour ago can have.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subjectOf } from '../compare/subject.ts';
import { figuresOf } from '../report/repeat-figures.ts';
import { RepeatTally, type RepeatReport } from '../report/repeat-report.ts';
import { safe } from '../report/screen-text.ts';
import type { Result } from '../result/result.ts';
import { shownPath } from '../result/shown-path.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { judgeAgainst } from './against.ts';
import { otherCheckout, thisCheckout, type Checkout } from './checkout.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { reportBriefly, say } from './outputs.ts';
import { CommandFiles } from './run-files.ts';
import type { RunCommandOptions } from './run-options.ts';
import { readResult } from './subject-file.ts';
import { UsageError } from './usage-error.ts';

/** What `--in-turn` is for, and what it cannot go with. Throws a `UsageError`. */
export function refuseInTurn(options: RunCommandOptions, files: number): void {
  const { inTurn, repeat, against, bundle, runner } = options;
  if (inTurn === undefined) return;
  if (repeat === undefined) {
    throw new UsageError('--in-turn compares several runs of each: give --repeat 10, too.');
  }
  if (files > 1) throw new UsageError('--in-turn is for one scenario; name one file.');
  if (against !== undefined) throw new UsageError('--in-turn makes the base: leave --against out.');
  if (bundle !== undefined) throw new UsageError('--in-turn keeps no bundles: leave --bundle out.');
  if (runner === 'virtual') {
    throw new UsageError(
      '--in-turn is for real sockets; on the virtual runner a result of any day is as good: use --against.',
    );
  }
}

/** Runs both in turn, reports and compares. Returns the highest exit code of a run here and of the gate. */
export async function inTurnCommand(
  scenario: Scenario,
  times: number,
  options: RunCommandOptions,
): Promise<number> {
  const { file } = scenario;
  const sides = [
    new Side(otherCheckout(options.inTurn!, file), scenario, times),
    new Side(thisCheckout(file), scenario, times),
  ] as const;
  const startMs = performance.now();
  const interrupt = interruptible();
  for (let run = 1; run <= times && !interrupt.signal.aborted; run++) {
    // Whoever goes first does so every other time: neither always has what the other left behind.
    for (const side of run % 2 === 1 ? sides : sides.toReversed()) {
      const result = await side.run(options, interrupt.signal);
      if (result === null) break;
      const label = `${run} of ${times}  ${side.checkout.name}  `;
      if (!options.quiet) reportBriefly(result, options.color, label);
    }
    if (run === 1 && !interrupt.signal.aborted) ensureAlike(sides[0], sides[1]);
  }
  interrupt.dispose();
  if (interrupt.signal.aborted) {
    say(`ERROR ${safe(scenario.name)}: interrupted; nothing is compared`);
    return EXIT.interrupted;
  }
  const wallSeconds = (performance.now() - startMs) / 1_000;
  const [base, other] = [sides[0].report(wallSeconds), sides[1].report(wallSeconds)];
  const files = new CommandFiles(options);
  const areKept =
    (await files.aside('base').write({ kind: 'repeats', report: base })) &&
    (await files.of('new').write({ kind: 'repeats', report: other }));
  for (const side of sides) say(side.summary());
  const gate = await judgeAgainst(
    subjectOf(base, shownPath(options.inTurn!)),
    other,
    options,
    files,
  );
  const isWritten = (await files.finish()) && areKept;
  return Math.max(gate, sides[1].exitCode, isWritten ? EXIT.pass : EXIT.error);
}

/** One of the two. */
class Side {
  readonly checkout: Checkout;
  /** The highest exit code of its runs. */
  exitCode: number = EXIT.pass;
  readonly #scenario: Scenario;
  readonly #tally: RepeatTally;
  #last: Result | null = null;

  constructor(checkout: Checkout, scenario: Scenario, times: number) {
    this.checkout = checkout;
    this.#scenario = scenario;
    this.#tally = new RepeatTally(times, true);
  }

  get digest(): string {
    return this.#last?.scenarioDigest ?? '';
  }

  /** Resolves to null when it was interrupted. */
  async run({ runner, seed }: RunCommandOptions, signal: AbortSignal): Promise<Result | null> {
    const { cell, seed: usual } = this.#scenario;
    const args = ['--runner', runner, '--seed', String(seed ?? usual), '--quiet'];
    const which = cell === undefined ? [] : ['--cell', String(cell.number)];
    const result = await runAlone(this.checkout, [...args, ...which], signal);
    if (result === null) return null;
    this.#last = result;
    this.exitCode = Math.max(this.exitCode, exitCodeOf(result.verdict));
    const run = this.#tally.runs.done + 1;
    this.#tally.add({ ...result, run, figures: figuresOf(result), traceHash: null });
    return result;
  }

  report(wallSeconds: number): RepeatReport {
    const { scenario, scenarioDigest, file, cell, runner, seed, environment } = this.#last!;
    const facts = { scenario, scenarioDigest, file, cell, runner, environment };
    const seeds = { first: seed, last: seed };
    return this.#tally.report({ ...facts, seeds, events: null, wallSeconds });
  }

  /** `base: 10 of 10 runs pass`. */
  summary(): string {
    const { passed, done, harnessBound } = this.#tally.runs;
    const unjudged = harnessBound === 0 ? '' : `, ${harnessBound} without a verdict on the peers`;
    return `${this.checkout.name}: ${passed} of ${done} runs pass${unjudged}`;
  }
}

/** Both are started the same way, each in a process of its own. Null when it was interrupted. Rejects with a `UsageError` when there is no result. */
async function runAlone(
  { program, file, folder, name }: Checkout,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Result | null> {
  const temporary = await mkdtemp(join(tmpdir(), 'imagemesh-in-turn-'));
  const json = join(temporary, 'result.json');
  try {
    const said = await spawned([program, 'run', file, ...args, '--json', json], folder, signal);
    if (signal.aborted) return null;
    try {
      return readResult(json);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const why = said === '' ? error.message : said;
      throw new UsageError(`--in-turn: the ${name} run has no result (${safe(why)}).`);
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Resolves at its end to the last line that it said on standard error. */
function spawned(argv: readonly string[], cwd: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, ...argv], {
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
      signal,
      killSignal: 'SIGTERM',
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4_096);
    });
    child.once('error', (error) => {
      if (error.name !== 'AbortError') reject(error);
    });
    child.once('close', () => resolve(said.trim().split('\n').at(-1) ?? ''));
  });
}

function ensureAlike(base: Side, other: Side): void {
  if (base.digest === other.digest) return;
  throw new UsageError(
    `--in-turn: the scenario or its pictures are not the same in ${base.checkout.folder}, so nothing can be compared.`,
  );
}
