import { statSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { JournalError, JournalReader } from '../journal/reader.ts';
import { ReplayError } from '../replay/replay-error.ts';
import { replay, type ReplayOptions } from '../replay/replay.ts';
import { unknownWord } from '../scenario/nearest.ts';
import { parseQuantity } from '../scenario/units.ts';
import { BUNDLE_FILES } from '../bundle/manifest.ts';
import { pageOfTrace } from '../page/from-trace.ts';
import { writePieces } from '../report/json.ts';
import { EXIT } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { openBundle, replayBundle } from './replay-bundle.ts';
import { isSameFile } from './same-file.ts';
import { checkOutput } from './outputs.ts';
import { OutputEnded, print } from './standard-output.ts';
import { UsageError } from './usage-error.ts';

/** Options of `sim replay`, as commander reads them. */
export interface ReplayCommandOptions {
  readonly from?: number;
  readonly to?: number;
  readonly peer?: readonly string[];
  readonly connection?: number;
  readonly request?: number;
  readonly alarms?: boolean;
  readonly mermaid?: boolean;
  readonly perfetto?: string;
  readonly pcap?: string;
  readonly html?: string;
  readonly images?: string;
  readonly color: boolean;
}

const EXAMPLES = `
Examples:
  sim run scenarios/mesh-10.yaml --runner virtual --trace mesh.trace      record a run
  sim replay mesh.trace | less                                            all of it
  sim replay mesh.trace --from 1.2s --to 1.25s --peer peer-3 --peer peer-7
  sim replay mesh.trace --request 12 --mermaid > request-12.mmd           one request as a diagram
  sim replay failure                                        the run of a bundle, once more
  sim replay mesh.trace --perfetto mesh.json                              for https://ui.perfetto.dev
  sim replay mesh.trace --html mesh.html                                  for a browser
  sim replay mesh.trace --connection 40 --pcap mesh.pcap --images images  for Wireshark`;

/** Gives `sim replay` its options. `hasColor` says whether to paint, given what the user wants. */
export function defineReplay(command: Command, hasColor: (isWanted: boolean) => boolean): void {
  command
    .description(
      'Show what happened in a run that was recorded with --trace, or repeat one from its --bundle.',
    )
    .argument('<file>', 'trace of a run, or folder of a bundle')
    .option('--from <time>', 'show what happened from then on, such as 1.2s', readTime)
    .option('--to <time>', 'show what happened until then', readTime)
    .option('--peer <name>', 'show what this peer takes part in; may be repeated', collect)
    .option('--connection <n>', 'show one connection', readNumber)
    .option('--request <n>', 'show one request and the connections made for it', readNumber)
    .option('--alarms', 'show the alarms of the peers, too')
    .option('--mermaid', 'print a sequence diagram for Mermaid instead of lines')
    .option('--perfetto <file>', 'write a trace for Perfetto or chrome://tracing instead')
    .option('--pcap <file>', 'write a packet capture for Wireshark instead')
    .option('--html <file>', 'write a page for a browser instead, as "sim run --html" does')
    .option('--images <dir>', 'with --pcap: the folder that the images of the run came from')
    .option('--no-color', 'print without colours (also: NO_COLOR=1)')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: ReplayCommandOptions) => {
      process.exitCode = await replayCommand(file, { ...options, color: hasColor(options.color) });
    });
}

/** Shows a journal. Returns the exit code; throws a `UsageError`. */
export async function replayCommand(file: string, options: ReplayCommandOptions): Promise<number> {
  if (isFolder(file)) return await replayFolder(file, options);
  checkOptions(file, options);
  const { signal } = interruptible();
  try {
    const reader = await JournalReader.open(file, signal);
    if (options.html !== undefined) return await writePage(reader, options.html);
    const peers = options.peer === undefined ? null : numbersOf(options.peer, reader.head.peers);
    await replay(reader, { ...filled(options), peers }, { print, note });
  } catch (error) {
    if (signal.aborted) return EXIT.interrupted;
    // Nobody reads on, or the reason has been told.
    if (error instanceof OutputEnded) return EXIT.pass;
    if (!(error instanceof JournalError || error instanceof ReplayError)) throw error;
    throw new UsageError(error.message);
  }
  return EXIT.pass;
}

/** Makes a page of all that is in the trace. */
async function writePage(reader: JournalReader, file: string): Promise<number> {
  const page = await pageOfTrace(reader);
  try {
    await writePieces('the page', [page], file);
  } catch (error) {
    note(`${(error as Error).message}.`);
    return EXIT.error;
  }
  console.log(`Written: ${file}`);
  return EXIT.pass;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** A bundle is run again; with an option that shows a part of a journal, that of the bundle is shown. */
async function replayFolder(folder: string, options: ReplayCommandOptions): Promise<number> {
  const { color, ...others } = options;
  if (Object.keys(others).length === 0) return await replayBundle(folder, color);
  openBundle(folder);
  return await replayCommand(join(folder, BUNDLE_FILES.journal), options);
}

function filled(options: ReplayCommandOptions): Omit<ReplayOptions, 'peers'> {
  return {
    fromUs: options.from ?? 0,
    toUs: options.to ?? Infinity,
    connection: options.connection ?? null,
    request: options.request ?? null,
    withAlarms: options.alarms ?? false,
    mermaid: options.mermaid ?? false,
    perfetto: options.perfetto ?? null,
    pcap: options.pcap ?? null,
    images: options.images ?? null,
    color: options.color,
  };
}

function checkOptions(file: string, options: ReplayCommandOptions): void {
  const { from, to, pcap, perfetto, images, html } = options;
  if (html !== undefined) checkPage(html, options);
  if (from !== undefined && to !== undefined && from > to) {
    throw new UsageError('--from is later than --to, so nothing can be shown.');
  }
  if (images !== undefined && pcap === undefined) {
    throw new UsageError('--images is of use only with --pcap.');
  }
  if (images !== undefined && !statSync(images, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`--images: there is no folder ${images}.`);
  }
  for (const [option, written] of [
    ['--pcap', pcap],
    ['--perfetto', perfetto],
    ['--html', html],
  ] as const) {
    if (written === '-' || written === '') {
      throw new UsageError(`${option} wants the name of a file, not "${written}".`);
    }
    if (written !== undefined && isSameFile(file, written)) {
      throw new UsageError(`${written} is the trace itself, which would be lost.`);
    }
  }
  if (pcap !== undefined && perfetto !== undefined && isSameFile(pcap, perfetto)) {
    throw new UsageError('--pcap and --perfetto cannot write one file.');
  }
}

/** A page has all of a trace, and is looked through in the browser. */
function checkPage(file: string, options: ReplayCommandOptions): void {
  const others = [
    'from',
    'to',
    'peer',
    'connection',
    'request',
    'alarms',
    'mermaid',
    'perfetto',
    'pcap',
  ];
  const other = others.find((key) => options[key as keyof ReplayCommandOptions] !== undefined);
  if (other !== undefined) throw new UsageError(`--html has all of a trace: leave --${other} out.`);
  checkOutput('--html', file);
}

function numbersOf(wanted: readonly string[], names: readonly string[]): Set<number> {
  const numbers = wanted.map((name) => {
    const number = names.indexOf(name);
    if (number < 0) throw new UsageError(`--peer: ${unknownPeer(name, names)}`);
    return number;
  });
  return new Set(numbers);
}

/** Names are looked through for a near one and listed as long as that is quick and short. */
function unknownPeer(name: string, names: readonly string[]): string {
  const ends = [...new Set([names[0] ?? '', '…', names.at(-1) ?? ''])];
  const near = unknownWord('peer', name, names.length <= 10_000 ? names : ends);
  const told = near.length <= 300 ? near : unknownWord('peer', name, ends);
  return told.endsWith('?') ? told : `${told}.`;
}

function readTime(text: string, before?: number): number {
  refuseAgain(before);
  const reading = parseQuantity('time', text);
  if (reading.ok) return reading.value;
  // The command line has named the text already.
  const problem = reading.problem.replace(/, got ".*"$/, '');
  throw new InvalidArgumentError(`${problem[0]!.toUpperCase()}${problem.slice(1)}.`);
}

function readNumber(text: string, before?: number): number {
  refuseAgain(before);
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number;
  throw new InvalidArgumentError('It must be a whole number from 0.');
}

/** Only peers may be named more than once; the last of two numbers is not more meant than the first. */
function refuseAgain(before: number | undefined): void {
  if (before !== undefined) throw new InvalidArgumentError('It is given twice; give it once.');
}

function collect(name: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), name];
}

function note(sentence: string): void {
  console.error(`sim: ${sentence}`);
}
