/**
 * One file, many runs: `matrix` lists values for some parameters of the scenario, and each combination of
 * them is a cell, a scenario of its own. A parameter is a path to a value: `network.loss`, or
 * `phases.steady.requests.rate` with an item of a list by its name, or `faults.1.for` by its number.
 */
import { displaySafe } from '@imagemesh/peer';
import type { LayeredSource, Located } from './extends.ts';
import type { Problem } from './located-error.ts';
import { didYouMean, orList, quoted } from './nearest.ts';
import type { MatrixCell, Scenario } from './scenario.ts';
import type { Finding, Path } from './tolerant.ts';
import type { Reading } from './units.ts';

/** Cells that a matrix can have: each is a run, and more are a slip of the pen. */
export const MOST_CELLS = 1_000;

/** What says which scenario this is, or where it comes from, is the same in all cells. */
const FIXED: ReadonlySet<string> = new Set(['name', 'matrix', 'extends', '$schema']);

/** Characters of a value that is shown in the name of a cell. */
const MOST_SHOWN = 40;

/** One value of one parameter. */
export interface MatrixValue {
  /** The parameter as the file has it. */
  readonly key: string;
  /** Which of its values, from 0. */
  readonly index: number;
  /** Where the parameter is in the scenario. */
  readonly path: Path;
  /** So many steps of the path lead to something that the file has without the matrix, or could have. */
  readonly rootLength: number;
  readonly value: unknown;
  /** The value in a few characters that are safe to print. */
  readonly text: string;
}

/** What a file's `matrix` makes of it. */
export interface Matrix {
  /** In order, the last parameter changing fastest; one without values for a file that has no matrix. */
  readonly cells: readonly Cell[];
  /** What is wrong with the matrix itself. */
  readonly findings: readonly Finding[];
}

/** Reads the matrix of a file. What is wrong with the shape of it is found with the other values. */
export function readMatrix(source: LayeredSource): Matrix {
  const written = isMap(source.value) ? source.value['matrix'] : undefined;
  const findings: Finding[] = [];
  const parameters = isMap(written) ? readParameters(source.value, written, findings) : [];
  if (isMap(written) && Object.keys(written).length === 0)
    findings.push({ path: ['matrix'], atKey: true, message: 'the matrix is empty' });
  const count = parameters.reduce((product, values) => product * values.length, 1);
  if (count > MOST_CELLS) {
    const cells = `${count.toLocaleString('en-US')} cells`;
    const most = MOST_CELLS.toLocaleString('en-US');
    findings.push({
      path: ['matrix'],
      atKey: true,
      message: `the matrix has ${cells}, the most is ${most}`,
    });
  }
  const combinations = count > MOST_CELLS ? [parameters.map((each) => each[0]!)] : all(parameters);
  const cells = combinations.map(
    (values, index) => new Cell(source, values, index + 1, combinations.length),
  );
  return { cells, findings };
}

/** What a cell is made of: the values of a scenario, and where they stand. */
export interface CellSource extends Located {
  readonly value: unknown;
}

/** One combination of values: the scenario with these in their places. */
export class Cell implements Located {
  readonly file: string;
  readonly values: readonly MatrixValue[];
  /** The values of the file, those of the matrix in their places. */
  readonly value: unknown;
  /** What the rest of the lab is told of it; undefined when the file has no matrix. */
  readonly told: MatrixCell | undefined;
  readonly #source: CellSource;

  constructor(source: CellSource, values: readonly MatrixValue[], number: number, of: number) {
    this.file = source.file;
    this.values = values;
    this.value = values.reduce((whole, { path, value }) => put(whole, path, value), source.value);
    const told = Object.fromEntries(values.map(({ key, text }) => [key, text]));
    this.told = values.length === 0 ? undefined : { number, of, values: told };
    this.#source = source;
  }

  /** `[peers.count=10, network.loss=2%]`; empty when the file has no matrix. */
  get label(): string {
    return labelOf(this.values);
  }

  locate(finding: Finding): Problem {
    return this.#source.locate(this.moved(finding));
  }

  fileOf(path: Path): string {
    return this.#source.fileOf(this.moved({ path, message: '' }).path);
  }

  /** The finding where the file has what it is about: in the matrix, if the value comes from there. */
  moved(finding: Finding): Finding {
    for (const value of this.values) {
      const moved = movedTo(value, finding);
      if (moved !== undefined) return moved;
    }
    return finding;
  }
}

/** `[peers.count=10, network.loss=2%]`; empty for no values. */
export function labelOf(values: readonly Pick<MatrixValue, 'key' | 'text'>[]): string {
  if (values.length === 0) return '';
  return `[${values.map(({ key, text }) => `${key}=${text}`).join(', ')}]`;
}

/** The name of a scenario without the values of its cell. */
export function plainName({ name, cell }: Pick<Scenario, 'name' | 'cell'>): string {
  return cell === undefined ? name : name.slice(0, name.indexOf(' ['));
}

function movedTo(
  { key, index, path, rootLength }: MatrixValue,
  finding: Finding,
): Finding | undefined {
  const { path: at, atKey } = finding;
  if (startsWith(at, path)) {
    const rest = at.slice(path.length);
    // Something that is said of the key, and not of its value, is true of all values.
    const moved = rest.length === 0 && atKey === true ? [key] : [key, index, ...rest];
    return { ...finding, path: ['matrix', ...moved] };
  }
  const isMadeByIt = at.length >= rootLength && startsWith(path, at);
  return isMadeByIt ? { ...finding, path: ['matrix', key], atKey: true } : undefined;
}

function startsWith(path: Path, start: Path): boolean {
  return start.every((step, depth) => path[depth] === step);
}

function readParameters(
  scenario: unknown,
  written: Readonly<Record<string, unknown>>,
  findings: Finding[],
): MatrixValue[][] {
  const parameters: MatrixValue[][] = [];
  for (const [key, values] of Object.entries(written)) {
    const place = { path: ['matrix', key], atKey: true };
    const found = resolveKey(scenario, key);
    const other = found.ok ? rivalOf(found.value.path, parameters) : undefined;
    if (!found.ok) findings.push({ ...place, message: found.problem });
    else if (other !== undefined) findings.push({ ...place, message: overlap(key, other) });
    else if (Array.isArray(values) && values.length === 0)
      findings.push({ path: ['matrix', key], message: `${quoted(key)} has no values` });
    else if (Array.isArray(values)) parameters.push(readValues(key, values, found.value, findings));
  }
  return parameters;
}

function readValues(
  key: string,
  values: readonly unknown[],
  { path, rootLength }: Pick<MatrixValue, 'path' | 'rootLength'>,
  findings: Finding[],
): MatrixValue[] {
  const seen = new Set<string>();
  return values.map((value, index) => {
    const written = inYaml(value);
    if (seen.has(written)) {
      findings.push({
        path: ['matrix', key, index],
        message: `${displaySafe(written, MOST_SHOWN)} stands here twice`,
      });
    }
    seen.add(written);
    return { key, index, path, rootLength, value, text: displaySafe(written, MOST_SHOWN) };
  });
}

/** The parameter whose value would contain, or be contained in, that of another. */
function rivalOf(path: Path, parameters: readonly (readonly MatrixValue[])[]): string | undefined {
  return parameters.find(
    ([value]) => startsWith(path, value!.path) || startsWith(value!.path, path),
  )?.[0]?.key;
}

function overlap(key: string, other: string): string {
  return `${quoted(key)} and ${quoted(other)} set the same value`;
}

/** Follows a parameter into the values of the file. What is not there yet will be made. */
function resolveKey(
  scenario: unknown,
  key: string,
): Reading<Pick<MatrixValue, 'path' | 'rootLength'>> {
  const segments = key.split('.');
  if (segments.includes('')) return bad(`${quoted(key)} is no path such as network.loss`);
  if (FIXED.has(segments[0]!)) return bad(`"${segments[0]}" is the same in all cells of a matrix`);
  const path: (string | number)[] = [];
  let rootLength = 0;
  let value = scenario;
  for (const segment of segments) {
    const step = Array.isArray(value) ? itemOf(value, segment, path.join('.')) : good(segment);
    if (!step.ok) return step;
    if (typeof value === 'object' && value !== null) rootLength++;
    path.push(step.value);
    value = stepInto(value, step.value);
  }
  return good({ path, rootLength });
}

function stepInto(value: unknown, step: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
  return (value as Record<string | number, unknown>)[step];
}

/** An item of a list by its name or by its number, from 1. */
function itemOf(list: readonly unknown[], segment: string, where: string): Reading<number> {
  const names = list.map((item) => {
    const name = stepInto(item, 'name');
    return typeof name === 'string' ? name : '';
  });
  const named = names.indexOf(segment);
  if (named !== -1) return good(named);
  const number = Number(segment);
  if (/^[1-9]\d*$/.test(segment) && number <= list.length) return good(number - 1);
  const known = names.filter((name) => name !== '');
  const numbers = list.length === 0 ? 'it is empty' : `expected 1 to ${list.length}`;
  const hint =
    didYouMean(segment, known) || `, ${known.length > 0 ? `expected ${orList(known)}` : numbers}`;
  return bad(`"${where}" has no item ${quoted(segment)}${hint}`);
}

/** A copy with a value at a path; maps are made where there are none, lists stay as long as they are. */
function put(whole: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const inner = put(stepInto(whole, step), rest, value);
  if (Array.isArray(whole)) return whole.with(step as number, inner);
  return { ...(isMap(whole) ? whole : {}), [step]: inner };
}

/** Every combination with one value of each parameter. */
function all(parameters: readonly (readonly MatrixValue[])[]): MatrixValue[][] {
  return parameters.reduce<MatrixValue[][]>(
    (made, values) => made.flatMap((each) => values.map((value) => [...each, value])),
    [[]],
  );
}

/** A value as one would write it on one line. */
function inYaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inYaml).join(', ')}]`;
  if (!isMap(value)) return String(value);
  const pairs = Object.entries(value).map(([key, inner]) => `${key}: ${inYaml(inner)}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

function good<T>(value: T): Reading<T> {
  return { ok: true, value };
}

function bad(problem: string): Reading<never> {
  return { ok: false, problem };
}
