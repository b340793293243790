import { FIGURES, findFigure, type Figure } from './figures.ts';
import { didYouMean, nearest, orList, quoted } from './nearest.ts';
import type { Expectation } from './scenario.ts';
import { parseQuantity, type Reading } from './units.ts';

/** An expectation without its place in a file. */
export type ParsedExpectation = Omit<Expectation, 'line' | 'column'>;

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
};

const SHAPE = /^(\s*)([^\s<>=!]+)(\s*)([<>=!]+)(?![<>=!])(\s*)(\S.*?)\s*$/s;

/**
 * Parses one line of `expect`: `[phase.]figure comparison value`.
 * @param phases names of the scenario's phases
 */
export function parseExpectation(
  text: string,
  phases: readonly string[],
): { readonly expectation: ParsedExpectation } | ExpectationProblem {
  const match = SHAPE.exec(text);
  if (match === null) {
    return {
      problem: 'expected a figure, a comparison and a value, such as latency.p99 <= 250ms',
      offset: 0,
    };
  }
  const [, lead = '', name = '', gap = '', operator = '', space = '', written = ''] = match;
  const target = resolveFigure(name, phases);
  if (!target.ok) return { problem: target.problem, offset: lead.length };
  const operatorAt = lead.length + name.length + gap.length;
  const comparison = COMPARISONS.find((each) => each === operator);
  if (comparison === undefined) return { problem: unknownComparison(operator), offset: operatorAt };
  const { figure, phase } = target.value;
  const value = parseValue(figure, comparison, written);
  if (!value.ok)
    return { problem: value.problem, offset: operatorAt + operator.length + space.length };
  return { expectation: { text, phase, figure: figure.name, comparison, value: value.value } };
}

interface Target {
  readonly figure: Figure;
  readonly phase: string | null;
}

function resolveFigure(name: string, phases: readonly string[]): Reading<Target> {
  const dot = name.indexOf('.');
  const head = name.slice(0, Math.max(dot, 0));
  // A phase is never called like a figure's first word, so that only one of the two can be meant.
  return phases.includes(head)
    ? figureOfPhase(head, name.slice(dot + 1))
    : figureOfRun(name, head, phases);
}

function figureOfPhase(phase: string, rest: string): Reading<Target> {
  const figure = findFigure(rest);
  if (figure !== undefined && figure.scope !== 'run') return { ok: true, value: { figure, phase } };
  if (figure !== undefined) {
    return bad(`${rest} exists for the whole run only, write it without "${phase}."`);
  }
  const near = nearest(rest, namesFor('phase'));
  return bad(
    `unknown figure ${quoted(rest)} of phase "${phase}"${near ? `, did you mean "${phase}.${near}"?` : ''}`,
  );
}

function figureOfRun(name: string, head: string, phases: readonly string[]): Reading<Target> {
  const figure = findFigure(name);
  if (figure !== undefined && figure.scope !== 'phase')
    return { ok: true, value: { figure, phase: null } };
  if (figure !== undefined) {
    return bad(
      `${name} exists for a phase only, write ${orList(phases.slice(0, 3).map((each) => `${each}.${name}`)) || `PHASE.${name}`}`,
    );
  }
  const rest = name.slice(head.length + 1);
  if (head !== '' && namesFor('phase').includes(rest)) {
    const hint = didYouMean(head, phases);
    return bad(
      `unknown phase ${quoted(head)}${hint || (phases.length > 0 ? `, expected ${orList(phases)}` : '')}`,
    );
  }
  return bad(`unknown figure ${quoted(name)}${didYouMean(name, everyName(phases))}`);
}

/** Names of all that can be asked of a phase, or of the run. */
function namesFor(scope: 'phase' | 'run'): string[] {
  return FIGURES.filter((each) => each.scope === scope || each.scope === 'both').map(
    (each) => each.name,
  );
}

function everyName(phases: readonly string[]): string[] {
  const ofPhase = namesFor('phase');
  // The figures of the run first: they win over those of a phase at the same distance.
  return [
    ...namesFor('run'),
    ...phases.flatMap((phase) => ofPhase.map((name) => `${phase}.${name}`)),
  ];
}

function unknownComparison(operator: string): string {
  const meant = HABITS[operator];
  return `unknown comparison ${quoted(operator)}, ${meant ? `did you mean "${meant}"?` : `expected ${orList(COMPARISONS)}`}`;
}

function parseValue(
  figure: Figure,
  comparison: Expectation['comparison'],
  written: string,
): Reading<number> {
  if (figure.unit === 'flag') return parseFlag(figure, comparison, written);
  if (figure.unit === 'count') {
    if (/^\d{1,15}$/.test(written)) return { ok: true, value: Number(written) };
    return bad(
      `${figure.name} is a count, expected a whole number such as 0, got ${quoted(written)}`,
    );
  }
  const value = parseQuantity(figure.unit, written);
  return value.ok ? value : bad(`${figure.name}: ${value.problem}`);
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
