import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { shownPath } from '../result/shown-path.ts';
import { safe } from '../report/screen-text.ts';
import { tellingSentences } from '../report/telling-text.ts';
import { lookCommands, renderVerdict, repeatCommand } from '../report/verdict-line.ts';
import type { ExpectationResult, Result } from '../result/result.ts';
import type { Misses } from './misses.ts';

/** A line of a scenario that is to be looked at. */
interface Place {
  /** Absolute. */
  readonly file: string;
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly source: string;
}

/** Why a test fails: a text, and the lines of YAML that it is about. */
export class Failure {
  readonly #message: string;
  readonly #places: readonly Place[];

  constructor(message: string, places: readonly Place[] = []) {
    this.#message = message;
    this.#places = places;
  }

  /**
   * An error whose stack begins at these lines, so that editors and reporters lead there, and goes on with the
   * caller of `matcher`.
   */
  toError(matcher: Parameters<typeof Error.captureStackTrace>[1]): Error {
    const error = new Error(this.#message);
    error.name = 'ScenarioFailure';
    Error.captureStackTrace(error, matcher);
    const own = (error.stack ?? '').slice((error.stack ?? '').indexOf('\n    at ') + 1);
    const frames = this.#places.map(
      ({ file, line, column }) => `    at expect (${file}:${line}:${column})`,
    );
    error.stack = [`ScenarioFailure: ${this.#message}`, ...frames, own].join('\n');
    return error;
  }
}

/** What is said when a run does not hold: each expectation with what was measured, the rest, and how to repeat it. */
export function failureOf(result: Result, { expectations, reasons }: Misses): Failure {
  const places = expectations.map((one) => placeOf(result, one));
  const others = reasons.filter(
    (reason) => !expectations.some(({ text }) => reason.startsWith(`expected ${text},`)),
  );
  const message = [
    renderVerdict(result, { color: false }),
    '',
    ...expectations.flatMap((one, i) => expectationLines(one, places[i]!)),
    ...others.map((reason) => `- ${safe(reason)}`),
    ...requestLines(result),
    ...repeatLines(result),
  ];
  return new Failure(message.join('\n'), places);
}

/** A failure in one sentence, with how to repeat the run. */
export function sentence(result: Result, text: string): Failure {
  const lines = [
    safe(text),
    `in ${renderVerdict(result, { color: false })}`,
    ...repeatLines(result),
  ];
  return new Failure(lines.join('\n'));
}

function expectationLines({ text, shown }: ExpectationResult, place: Place): string[] {
  const where = `${shownPath(place.file)}:${place.line}:${place.column}`;
  const source = place.source === '' ? [] : [`    ${safe(place.source)}`];
  return [`✗ ${safe(text)}`, `    measured ${safe(shown)}`, `    ${safe(where)}`, ...source];
}

function placeOf(result: Result, { file, line }: ExpectationResult): Place {
  const path = resolve(file ?? result.file);
  const source = sourceLine(path, line);
  return { file: path, line, column: /^\s*(-\s+)?/.exec(source)![0].length + 1, source };
}

/** The line as it is now; empty when it cannot be read any more. */
function sourceLine(file: string, line: number): string {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/)[line - 1] ?? '';
  } catch {
    return '';
  }
}

function requestLines(result: Result): string[] {
  return tellingSentences(result).map((sentence) => `- ${safe(sentence)}`);
}

function repeatLines(result: Result): string[] {
  return [
    '',
    `repeat: ${repeatCommand(result)}`,
    ...lookCommands(result).map((each) => `look:   ${each}`),
  ];
}
