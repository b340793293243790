/**
 * One line of `expect`: a figure, a comparison, and a value or other figures:
 * `steady.latency.p99 <= 3 * warm-up.latency.p99 + 10ms`.
 */
import { resolveFigure, quantifierOf, type Subjects } from './figure-ref.ts';
import { figureNoun, type Figure } from './figures.ts';
import { orList, quoted } from './nearest.ts';
import type { Expectation } from './scenario.ts';
import { exampleOf, parseQuantity, type Reading } from './units.ts';

/** An expectation without its place in a file. */
export type ParsedExpectation = Omit<Expectation, 'line' | 'column' | 'file'>;

/** What is wrong with an expectation, and where in its text (from 0). */
export interface ExpectationProblem {
  readonly problem: string;
  readonly offset: number;
}

const COMPARISONS: readonly Expectation['comparison'][] = ['<', '<=', '==', '!=', '>=', '>'];

/** What people write for a comparison by habit. */
const HABITS: Readonly<Record<string, Expectation['comparison']>> = {
  '=': '==',
  '===': '==',
  '=<': '<=',
  '=>': '>=',
  '<>': '!=',
  '!==': '!=',
  '≤': '<=',
  '≥': '>=',
  '≠': '!=',
};

const SHAPE = /^(\s*)([^\s<>=!≤≥≠]+)(\s*)([<>=!≤≥≠]+)(?![<>=!≤≥≠])(\s*)(\S.*?)\s*$/s;

/** The right side of a line. */
interface Written {
  readonly comparison: Expectation['comparison'];
  readonly written: string;
}

/**
 * Parses one line of `expect`: `[phase.][group.][peer.]figure comparison value`, where the value can be a
 * sum of quantities and of figures, each so many times.
 */
export function parseExpectation(
  text: string,
  subjects: Subjects,
): { readonly expectation: ParsedExpectation } | ExpectationProblem {
  const match = SHAPE.exec(text);
  if (match === null) {
    return {
      problem: 'expected a figure, a comparison and a value, such as latency.p99 <= 250ms',
      offset: 0,
    };
  }
  const [, lead = '', name = '', gap = '', operator = '', space = '', written = ''] = match;
  if (/^\d/.test(name)) {
    const problem = `a figure stands on the left of the comparison, got ${quoted(name)}`;
    return { problem, offset: lead.length };
  }
  const target = resolveFigure(name, subjects);
  if (!target.ok) return { problem: target.problem, offset: lead.length };
  const operatorAt = lead.length + name.length + gap.length;
  const comparison = COMPARISONS.find((each) => each === operator);
  if (comparison === undefined) return { problem: unknownComparison(operator), offset: operatorAt };
  const { figure, ref } = target.value;
  const bound = parseBound(figure, { comparison, written }, subjects);
  if (bound.ok) return { expectation: { text, ...ref, comparison, ...bound.value } };
  const writtenAt = operatorAt + operator.length + space.length;
  return { problem: bound.problem, offset: writtenAt + bound.offset };
}

function unknownComparison(operator: string): string {
  const meant = HABITS[operator];
  return `unknown comparison ${quoted(operator)}, ${meant ? `did you mean "${meant}"?` : `expected ${orList(COMPARISONS)}`}`;
}

/** What a figure is compared with: a fixed part and other figures. */
type Bound = Pick<Expectation, 'value' | 'terms'>;

type Placed<T> =
  | { readonly ok: true; readonly value: T }
  | ({ readonly ok: false } & ExpectationProblem);

/** One part of a sum, as written. */
interface Summand {
  readonly text: string;
  readonly offset: number;
  readonly sign: 1 | -1;
}

function parseBound(
  figure: Figure,
  { comparison, written }: Written,
  subjects: Subjects,
): Placed<Bound> {
  if (figure.unit === 'flag') {
    const flag = parseFlag(figure, comparison, written);
    return flag.ok ? placedBound(flag.value) : { ...flag, offset: 0 };
  }
  let value = 0;
  const terms: Expectation['terms'][number][] = [];
  for (const { text, offset, sign } of summandsOf(written)) {
    const part = parseSummand(figure, text, subjects);
    if (!part.ok) return { ...part, offset: offset + part.offset };
    value += sign * part.value.value;
    for (const term of part.value.terms) terms.push({ ...term, factor: sign * term.factor });
  }
  return { ok: true, value: { value, terms } };
}

function placedBound(value: number): Placed<Bound> {
  return { ok: true, value: { value, terms: [] } };
}

/** Signs stand between spaces: names have dashes, and numbers may be written `1e-3`. */
function summandsOf(written: string): Summand[] {
  const summands: Summand[] = [];
  let offset = 0;
  let sign: Summand['sign'] = 1;
  for (const piece of written.split(/(\s[+-]\s)/)) {
    if (/^\s[+-]\s$/.test(piece)) sign = piece.includes('-') ? -1 : 1;
    else summands.push({ text: piece, offset, sign });
    offset += piece.length;
  }
  return summands;
}

/** A quantity, a figure, or a number and a figure with `*` between them. */
function parseSummand(figure: Figure, text: string, subjects: Subjects): Placed<Bound> {
  const star = text.indexOf('*');
  if (star === -1) {
    return isName(text) ? parseTerm(figure, text, 1, subjects) : parseConstant(figure, text);
  }
  const [left, right] = [text.slice(0, star), text.slice(star + 1)];
  const [name, number] = isName(left) ? [left, right] : [right, left];
  const factor = parseFactor(number);
  if (factor === undefined || !isName(name) || name.includes('*')) {
    const example = `3 * ${figure.name}`;
    return misplaced(
      `expected a number and a figure such as ${example}, got ${quoted(text.trim())}`,
    );
  }
  const term = parseTerm(figure, name, factor, subjects);
  return term.ok || name === left ? term : { ...term, offset: star + 1 + term.offset };
}

function isName(text: string): boolean {
  return /^\s*[a-z]/i.test(text);
}

/** `3` or `90%`. */
function parseFactor(text: string): number | undefined {
  const [, digits = '', percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim()) ?? [];
  if (digits === '') return undefined;
  return percent === '%' ? Number(digits) / 100 : Number(digits);
}

function parseTerm(
  figure: Figure,
  text: string,
  factor: number,
  subjects: Subjects,
): Placed<Bound> {
  const offset = text.length - text.trimStart().length;
  const name = text.trim();
  const wanted = `expected ${exampleOfFigure(figure)}`;
  if (/\s/.test(name)) return misplaced(`${wanted} or a sum, got ${quoted(name)}`, offset);
  const plus = name.indexOf('+');
  if (plus !== -1) return misplaced('a "+" stands between spaces', offset + plus);
  const found = resolveFigure(name, subjects);
  // A word without a dot is more likely a value gone wrong.
  if (!found.ok && !name.includes('.')) {
    return misplaced(`${figure.name}: ${wanted} or a figure, got ${quoted(name)}`, offset);
  }
  if (!found.ok) return misplaced(found.problem, offset);
  const { ref, figure: other } = found.value;
  if (other.unit !== figure.unit) {
    const problem = `${other.name} is ${figureNoun(other.unit)}, ${figure.name} is ${figureNoun(figure.unit)}`;
    return misplaced(problem, offset);
  }
  const many = [ref.phase, ref.group, ref.peer].find((part) => quantifierOf(part ?? '') !== null);
  if (many !== undefined) {
    return misplaced(`"${many}" can stand on the left of a comparison only`, offset);
  }
  return { ok: true, value: { value: 0, terms: [{ ...ref, factor }] } };
}

function exampleOfFigure({ unit }: Figure): string {
  return unit === 'count'
    ? 'a whole number such as 0'
    : unit === 'flag'
      ? 'true or false'
      : exampleOf(unit);
}

function parseConstant({ name, unit }: Figure, text: string): Placed<Bound> {
  const offset = text.length - text.trimStart().length;
  const written = text.trim();
  if (unit === 'count') {
    if (/^\d{1,15}$/.test(written)) return placedBound(Number(written));
    return misplaced(
      `${name} is a count, expected a whole number such as 0, got ${quoted(written)}`,
      offset,
    );
  }
  const value = parseQuantity(unit as Exclude<typeof unit, 'flag'>, written);
  return value.ok ? placedBound(value.value) : misplaced(`${name}: ${value.problem}`, offset);
}

function misplaced(problem: string, offset = 0): Placed<never> {
  return { ok: false, problem, offset };
}

function parseFlag(
  figure: Figure,
  comparison: Expectation['comparison'],
  written: string,
): Reading<number> {
  if (comparison !== '==' && comparison !== '!=') {
    return bad(`${figure.name} is true or false, it can only be compared with == or !=`);
  }
  if (written === 'true' || written === 'false')
    return { ok: true, value: written === 'true' ? 1 : 0 };
  return bad(`${figure.name} is true or false, got ${quoted(written)}`);
}

function bad(problem: string): Reading<never> {
  return { ok: false, problem };
}
