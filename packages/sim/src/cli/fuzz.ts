import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isLoopback, ipOf, parseAddress, type Address } from '@imagemesh/peer';
import type { Command } from 'commander';
import { CorpusError, isSmall, keepBatch, readCorpus } from '../fuzz/corpus.ts';
import { fuzzImages, type FuzzImages } from '../fuzz/fuzz-images.ts';
import {
  fuzz,
  judgeBatch,
  type Finding,
  type FuzzCounts,
  type FuzzOutcome,
} from '../fuzz/fuzzer.ts';
import { imagesOfFolder } from '../fuzz/images-folder.ts';
import type { Rules } from '../fuzz/judge.ts';
import { ProcessTarget } from '../fuzz/process-target.ts';
import { findingLines } from '../fuzz/show-finding.ts';
import { signaturesOf } from '../fuzz/signature.ts';
import { SocketTarget } from '../fuzz/socket-target.ts';
import type { Target } from '../fuzz/target.ts';
import { VirtualTarget } from '../fuzz/virtual-target.ts';
import { readProblem } from '../journal/read-problem.ts';
import { safe } from '../report/screen-text.ts';
import { simCommand } from '../report/sim-command.ts';
import { RunError } from '../result/run-error.ts';
import { commandWords } from '../runner/command-words.ts';
import { readRuns, readTime } from './budget.ts';
import { EXIT } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { say, sayError } from './outputs.ts';
import { ProgressLine } from './progress-line.ts';
import { UsageError } from './usage-error.ts';

/** How long it takes when nobody says, in milliseconds. */
const USUAL_MS = 10_000;

/** A plain peer listens with a backlog of five. */
const MOST_CALLS = 4;

/** Ours takes more, and much of the time goes by with waiting, which many calls do together. */
const MOST_CALLS_OF_OURS = 24;

/** Options of `sim fuzz`, as commander reads them. */
export interface FuzzCommandOptions {
  readonly run?: string;
  readonly process?: boolean;
  readonly time?: number;
  readonly runs?: number;
  readonly seed?: number;
  readonly path?: string;
  readonly images?: string;
  readonly save?: string;
  readonly replay?: readonly string[];
  readonly gentle?: boolean;
  readonly allowRemote?: boolean;
}

const EXAMPLES = `
Examples:
  sim fuzz                                     our peer in the virtual world, for 10 s
  sim fuzz --process --time 5m                 our peer as a process, on real sockets
  sim fuzz --run "./my-peer {port} {images}"   any program that speaks the protocol
  sim fuzz 127.0.0.1:9001 --images shared/     one that runs already, with its images
  sim fuzz --replay corpus/                    only what was kept before

Exit codes: 0 nothing was found   1 a finding   2 the command is wrong
  3 the peer could not be reached   130 interrupted (Ctrl-C)`;

/** Gives `sim fuzz` its options. `seed` reads a seed. */
export function defineFuzz(command: Command, seed: (text: string) => number): void {
  command
    .description(
      'Send a peer messages that are right, nearly right and noise, and compare it with the reference peer.',
    )
    .argument('[address]', 'peer that runs already, such as 127.0.0.1:9001')
    .option(
      '--run <command>',
      'start this program; {port}, {images} and {dir} (the folder where you are) are filled in',
    )
    .option('--process', 'start our own peer as a process')
    .option('--time <duration>', 'for so long, such as 60s (10s unless --runs is there)', readTime)
    .option('--runs <n>', 'so many inputs', readRuns)
    .option('--seed <n>', 'number that every random choice comes from', seed)
    .option('--path <path>', 'repeat one finding, with its seed')
    .option('--images <dir>', 'the images of the peer at the address')
    .option('--save <dir>', 'keep small inputs of a new kind, and a finding, as files')
    .option('--replay <file...>', 'play only these inputs, or folders of them')
    .option('--gentle', 'only well-formed requests, each in one piece')
    .option('--allow-remote', 'also a peer that is not on this machine')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', EXAMPLES)
    .action(async (address: string | undefined, options: FuzzCommandOptions) => {
      process.exitCode = await fuzzCommand(address, options);
    });
}

/** Fuzzes a peer. Returns the exit code; throws a `UsageError`. */
export async function fuzzCommand(
  address: string | undefined,
  options: FuzzCommandOptions,
): Promise<number> {
  const at = chosenAddress(address, options);
  const rules = rulesFor(at, options);
  const interrupt = interruptible();
  const { signal } = interrupt;
  let target: Target | null = null;
  try {
    target = await openTarget(at, rules, options, signal);
    const job: Job = { target, rules, options, signal, line: repeatLine(address, options) };
    return options.replay === undefined ? await draw(job) : await replay(job, options.replay);
  } catch (error) {
    if (signal.aborted) return EXIT.interrupted;
    if (error instanceof CorpusError) throw new UsageError(error.message);
    if (!(error instanceof RunError)) throw error;
    sayError(`sim: ${safe(error.message)}`);
    return EXIT.error;
  } finally {
    await target?.close();
    interrupt.dispose();
  }
}

/** All that the two ways to fuzz need. */
interface Job {
  readonly target: Target;
  readonly rules: Rules;
  readonly options: FuzzCommandOptions;
  readonly signal: AbortSignal;
  /** The command as it was given, without seed and path. */
  readonly line: string;
}

function chosenAddress(text: string | undefined, options: FuzzCommandOptions): Address | null {
  const { run, images, allowRemote, path, seed } = options;
  const ways = [text, run, options.process].filter((way) => way !== undefined);
  if (ways.length > 1) throw new UsageError('Give an address, --run or --process, not several.');
  if (path !== undefined && seed === undefined) {
    throw new UsageError('--path wants the --seed that was printed with it.');
  }
  if (run !== undefined && !run.includes('{port}')) {
    throw new UsageError(
      '--run wants {port} in the command, where the port goes that is listened on.',
    );
  }
  if (text === undefined) {
    if (images === undefined) return null;
    throw new UsageError('--images goes with an address; peers that are started here get images.');
  }
  const address = parseAddress(text);
  if (address === null) {
    throw new UsageError(`"${safe(text)}" is no address such as 127.0.0.1:9001.`);
  }
  if (isLoopback(ipOf(address)) || allowRemote === true) return address;
  throw new UsageError(
    `${safe(text)} is not on this machine; with --allow-remote it is fuzzed, if it is yours.`,
  );
}

/** Our own peer is held to more than what every plain peer does. */
function rulesFor(at: Address | null, { run, images }: FuzzCommandOptions): Rules {
  const dialect = at === null && run === undefined ? 'ours' : 'plain';
  if (at === null) return { images: fuzzImages(), dialect };
  return { images: images === undefined ? new Map() : readImages(images), dialect };
}

function readImages(folder: string): FuzzImages {
  try {
    return imagesOfFolder(folder);
  } catch (error) {
    throw new UsageError(
      `--images ${safe(folder)}: ${readProblem(error as NodeJS.ErrnoException)}.`,
    );
  }
}

async function openTarget(
  at: Address | null,
  rules: Rules,
  options: FuzzCommandOptions,
  signal: AbortSignal,
): Promise<Target> {
  if (at !== null) {
    const target = new SocketTarget(at, rules);
    await target.greet();
    return target;
  }
  const { run } = options;
  if (run === undefined && options.process !== true) return new VirtualTarget(rules.images);
  const command = (port: number, images: string): readonly string[] =>
    run === undefined ? ownCommand(port, images) : givenCommand(run, port, images);
  const target = new ProcessTarget(command, rules, signal);
  try {
    await target.start();
  } catch (error) {
    await target.close();
    throw error;
  }
  return target;
}

/** It runs in a folder of its own, so that a program that is named by a path from here is named in full. */
function givenCommand(run: string, port: number, images: string): readonly string[] {
  const words = commandWords(run, { port: String(port), images, dir: process.cwd() });
  const [program = '', ...others] = words;
  return [program.includes('/') ? resolve(program) : program, ...others];
}

function ownCommand(port: number, images: string): readonly string[] {
  const program = fileURLToPath(import.meta.resolve('@imagemesh/peer/p2p'));
  return [
    process.execPath,
    program,
    String(port),
    '--control',
    '--host=127.0.0.1',
    `--images=${images}`,
  ];
}

/** Draws inputs until the budget is spent or something is found. */
async function draw({ target, rules, options, signal, line }: Job): Promise<number> {
  const seed = options.seed ?? randomInt(2 ** 31);
  const startMs = performance.now();
  const progress = new ProgressLine(false);
  const usualMs = options.runs === undefined ? USUAL_MS : Infinity;
  const kept = new Set<string>();
  const seen = await known(target, rules, options);
  const outcome = await fuzz({
    target,
    rules,
    images: rules.images,
    isGentle: options.gentle === true,
    isVirtual: target instanceof VirtualTarget,
    mostCalls: options.process === true ? MOST_CALLS_OF_OURS : MOST_CALLS,
    seed,
    ...(options.path !== undefined && { path: options.path }),
    mostRuns: options.runs ?? Infinity,
    forMs: options.time ?? usualMs,
    signal,
    seen,
    onBatch: (_, counts) => progress.draw(() => countsText(counts)),
    onNew: (batch) => {
      if (options.save !== undefined && isSmall(batch)) kept.add(keepBatch(options.save, batch));
    },
  });
  progress.clear();
  if (outcome.finding !== null) return tellFinding(outcome.finding, options, line);
  const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
  const saved = options.save === undefined ? '' : `; ${kept.size} kept`;
  const word = signal.aborted ? 'ERROR interrupted;' : 'PASS';
  say(`${word} ${countsText(outcome)} in ${seconds} s, seed ${seed}${saved}`);
  return signal.aborted ? EXIT.interrupted : EXIT.pass;
}

/** What the folder to keep inputs in has already is not new. */
async function known(
  target: Target,
  rules: Rules,
  { save }: FuzzCommandOptions,
): Promise<Set<string>> {
  const seen = new Set<string>();
  if (save === undefined) return seen;
  for (const { batch } of corpusIn(save)) {
    const { observation } = await judgeBatch(batch, target, rules);
    for (const one of signaturesOf(batch, observation)) seen.add(one);
  }
  return seen;
}

/** A folder that is not there yet holds nothing. */
function corpusIn(folder: string): ReturnType<typeof readCorpus> {
  return existsSync(folder) ? readCorpus([folder]) : [];
}

/** Plays files, and says which of them are findings. */
async function replay(
  { target, rules, signal, line }: Job,
  paths: readonly string[],
): Promise<number> {
  const corpus = readCorpus(paths);
  let failed = 0;
  for (const { file, batch } of corpus) {
    if (signal.aborted) return EXIT.interrupted;
    const finding = await judgeBatch(batch, target, rules);
    if (finding.problems.length === 0) continue;
    failed++;
    printFinding(finding);
    say(`\nRepeat: ${line} --replay ${safe(file)}\n`);
  }
  say(`${failed === 0 ? 'PASS' : 'FAIL'} ${failed} of ${corpus.length} inputs are findings`);
  return failed === 0 ? EXIT.pass : EXIT.fail;
}

function tellFinding(
  finding: NonNullable<FuzzOutcome['finding']>,
  { save }: FuzzCommandOptions,
  line: string,
): number {
  printFinding(finding);
  const file = save === undefined ? null : keepBatch(save, finding.batch);
  say(`\nRepeat: ${line} --seed ${finding.seed} --path ${finding.path}`);
  if (file !== null) say(`Kept: ${safe(file)}`);
  say(
    `FAIL ${finding.problems.length === 1 ? 'a finding' : `${finding.problems.length} findings`}`,
  );
  return EXIT.fail;
}

/** Lines of bytes are never broken, so they are not `say`'s. */
function printFinding(finding: Finding): void {
  console.log(findingLines(finding).join('\n'));
}

function countsText({ batches, connections, signatures }: FuzzCounts): string {
  const count = (n: number): string => n.toLocaleString('en');
  return `${count(batches)} inputs, ${count(connections)} connections, ${count(signatures)} kinds of behaviour`;
}

/** The command that was given, as far as it says which peer is fuzzed with what. */
function repeatLine(address: string | undefined, options: FuzzCommandOptions): string {
  const { run, images, gentle, allowRemote } = options;
  return [
    `${simCommand()} fuzz`,
    ...(address === undefined ? [] : [safe(address)]),
    ...(run === undefined ? [] : [`--run ${JSON.stringify(run)}`]),
    ...(options.process === true ? ['--process'] : []),
    ...(images === undefined ? [] : [`--images ${JSON.stringify(images)}`]),
    ...(gentle === true ? ['--gentle'] : []),
    ...(allowRemote === true ? ['--allow-remote'] : []),
  ].join(' ');
}
