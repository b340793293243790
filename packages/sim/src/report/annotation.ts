/** Notes on lines of files, as GitHub shows them beside the lines of a change. */
import { isAbsolute, relative, resolve } from 'node:path';
import { isGateFailedBy } from '../result/comparison.ts';
import type { Result } from '../result/result.ts';
import { changeInWords } from './comparison-words.ts';
import type { GateReport, Subject } from './format.ts';
import { safe } from './screen-text.ts';
import { tellingSentences } from './telling-text.ts';
import { repeatCommand } from './verdict-line.ts';

/** A note on a line of a file. */
export interface Annotation {
  readonly level: 'error' | 'warning';
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly title: string;
  readonly lines: readonly string[];
}

/** The notes on what did not pass: at the line of each expectation, or at the head of the scenario. */
export function annotationsOf(subject: Subject): Annotation[] {
  if (subject.kind === 'run') return ofRun(subject.result);
  if (subject.kind === 'parity') return [];
  if (subject.kind === 'comparison') return ofComparison(subject.report);
  const { scenario, runner, file, runs, failing } = subject.report;
  if (failing.length === 0) return [];
  const title = `${scenario} on ${runner}: ${failing.length} of ${runs.done} runs do not pass`;
  const { reasons } = failing[0]!;
  return [{ level: 'error', file, line: 1, title, lines: [...reasons] }];
}

function ofRun(result: Result): Annotation[] {
  const { verdict, scenario, runner, file, reasons, expectations, always } = result;
  if (verdict === 'pass') return [];
  const title = `${scenario} on ${runner}`;
  const hints = [...tellingSentences(result), `repeat: ${repeatCommand(result)}`];
  if (verdict !== 'fail') {
    const level = verdict === 'error' ? 'error' : 'warning';
    return [{ level, file, line: 1, title, lines: [...reasons, ...hints] }];
  }
  const failed = expectations.filter(({ holds }) => !holds);
  const written = failed.map((one): Annotation => {
    const found = one.measured === null ? 'which could not be measured' : `measured ${one.shown}`;
    const since = one.broken === null ? '' : `, ${one.broken.text}`;
    const lines = [`expected ${one.text}, ${found}${since}`, ...hints];
    return { level: 'error', file: one.file ?? file, line: one.line, title, lines };
  });
  const others = always.flatMap((one) => one.reasons);
  if (others.length === 0) return written;
  return [...written, { level: 'error', file, line: 1, title, lines: [...others, ...hints] }];
}

function ofComparison({ comparison, failOn, file }: GateReport): Annotation[] {
  const { scenario, runner, base, figures } = comparison;
  const failing = figures.filter(({ change }) => isGateFailedBy(change, failOn));
  if (failing.length === 0) return [];
  const title = `${scenario} on ${runner}, compared with ${base.file ?? 'the base'}`;
  const lines = failing.map((figure) => `${figure.name} ${changeInWords(figure)}`);
  return [{ level: 'error', file, line: 1, title, lines }];
}

/** A note as GitHub wants it printed. `root` is the folder of the repository. */
export function workflowCommand(annotation: Annotation, root: string): string {
  const { level, file, line, title, lines } = annotation;
  const within = relative(root, resolve(file));
  const path = within.startsWith('..') || isAbsolute(within) ? file : within;
  const property = (text: string): string =>
    data(safe(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const message = data(lines.map(safe).join('\n'));
  return `::${level} file=${property(path)},line=${line},title=${property(title)}::${message}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
