import { basename } from 'node:path';
import type { RequestCounts, Result, Verdict } from '../result/result.ts';
import { shellQuoted } from './shell-quoted.ts';
import { simCommand } from './sim-command.ts';
import { columnsOf, painter, safe, wrap, type Style } from './screen-text.ts';
import { showFigure, showNumber } from '../result/show-figure.ts';

const STYLES: Readonly<Record<Verdict, Style>> = {
  pass: ['bold', 'green'],
  fail: ['bold', 'red'],
  'harness-bound': ['bold', 'yellow'],
  error: ['bold', 'red'],
};

/**
 * The run in one line without its end:
 * `PASS mesh-10 on loopback, seed 42: 1,040 requests, all correct, 13.2 MB/s, p99 18 ms`.
 * A run that measured nothing to judge gives its first reason instead of figures.
 */
export function renderVerdict(result: Result, options: { readonly color: boolean }): string {
  return paintWord(result.verdict, `${who(result)} ${what(result).join(' ')}`, options.color);
}

/** What came of the run alone: `1,040 requests, all correct, 13.2 MB/s, p99 18 ms`. */
export function renderFigures(result: Result): string {
  return what(result).join(' ');
}

/** The verdict on as many lines as it needs, preferably one or two. */
export function wrapVerdict(
  result: Result,
  options: { readonly color: boolean; readonly width: number },
): string {
  const line = `${who(result)} ${what(result).join(' ')}`;
  if (columnsOf(line) <= options.width) return paintWord(result.verdict, line, options.color);
  const indent = result.verdict.length + 1;
  const lines = [
    ...wrap(who(result), options.width, indent),
    ...wrap(what(result), options.width - indent).map((each) => ' '.repeat(indent) + each),
  ];
  return paintWord(result.verdict, lines.join('\n'), options.color);
}

/** The command that runs the same again, quoted for a shell, on one line. */
export function repeatCommand({
  file,
  cell,
  runner,
  seed,
}: Pick<Result, 'file' | 'cell' | 'runner' | 'seed'>): string {
  const which = cell === null ? '' : ` --cell ${cell.number}`;
  return `${simCommand()} run ${shellQuoted(file)}${which} --runner ${shellQuoted(runner)} --seed ${seed}`;
}

/**
 * The commands that record a virtual run again and show the request that tells most, each on one line; none where
 * there is nothing to look at. Other worlds do not write down what happens on the wire. With a `recorded` trace, or
 * bundle, the second one alone.
 */
export function lookCommands(result: Result, recorded?: string): string[] {
  const [telling] = result.tellingRequests;
  if (telling === undefined) return [];
  if (recorded !== undefined) {
    return [`${simCommand()} replay ${shellQuoted(recorded)} --request ${telling.request}`];
  }
  if (result.runner !== 'virtual') return [];
  const name = basename(result.file).replace(/\.[^.]*$/, '');
  // A name that begins with a dash would be taken for an option.
  const trace = shellQuoted(`${name.replace(/^-/, '')}.trace`);
  return [
    `${repeatCommand(result)} --trace ${trace}`,
    `${simCommand()} replay ${trace} --request ${telling.request}`,
  ];
}

function paintWord(verdict: Verdict, text: string, color: boolean): string {
  const word = verdict.length;
  return painter(color)(STYLES[verdict], text.slice(0, word)) + text.slice(word);
}

function who({ verdict, scenario, runner, seed }: Result): string {
  return `${verdict.toUpperCase()} ${safe(scenario)} on ${safe(runner)}, seed ${seed}:`;
}

/** What came of the run, in parts between which a line may be broken. */
function what(result: Result): string[] {
  const reason = safe(result.reasons[0] ?? '').replace(/\.$/, '');
  const { verdict } = result;
  const noFigures = verdict === 'error' || verdict === 'harness-bound';
  if (noFigures && reason !== '') return reason.split(' ');
  const { wrong, failed } = result.requests;
  // What the counts and expectations do not tell, such as a timeout, only the reason does.
  const isTold = wrong + failed > 0 || result.expectations.some(({ holds }) => !holds);
  const lead = verdict === 'fail' && !isTold && reason !== '' ? `${reason};`.split(' ') : [];
  const parts = figures(result);
  return [...lead, ...parts.map((part, at) => (at < parts.length - 1 ? `${part},` : part))];
}

function figures({ requests, expectations, throughput, latencyMs }: Result): string[] {
  const failing = expectations.filter(({ holds }) => !holds).length;
  return [
    ...outcome(requests),
    ...(failing > 0 ? [`${failing} of ${count(expectations.length, 'expectation')} not met`] : []),
    ...(throughput.bytesPerSecond > 0
      ? [showFigure('bytesPerSecond', throughput.bytesPerSecond)]
      : []),
    ...(latencyMs === null ? [] : [`p99 ${showFigure('time', latencyMs.p99 * 1e3)}`]),
  ];
}

function outcome({ due, correct, wrong, failed, excused }: RequestCounts): string[] {
  if (due === 0) return ['no requests'];
  const all = count(due, 'request');
  if (wrong + failed + excused === 0) return [all, 'all correct'];
  const parts = Object.entries({ wrong, failed, excused }).filter(([, number]) => number > 0);
  return [
    all,
    ...parts.map(([word, number]) => `${showNumber(number)} ${word}`),
    ...(wrong + failed === 0 && correct > 0 ? ['all others correct'] : []),
  ];
}

function count(number: number, noun: string): string {
  return `${showNumber(number)} ${noun}${number === 1 ? '' : 's'}`;
}
