import { showFigure } from '../result/show-figure.ts';
import type { BreakResult, ExpectationResult } from '../result/result.ts';
import { quantifierOf } from '../scenario/figure-ref.ts';
import { findFigure } from '../scenario/figures.ts';
import type { Expectation, FigureRef, Scenario } from '../scenario/scenario.ts';
import { compare } from './comparison.ts';
import { figureOf, type Measured, type Part, type PeerCounts } from './figure-values.ts';

/**
 * Holds every expectation of a scenario against what was measured.
 * @param ofPeers what single peers asked, where expectations look at it
 * @param whenBroken when one that does not hold was broken, by its number; by default that is not known
 */
export function checkExpectations(
  { expect }: Pick<Scenario, 'expect'>,
  measured: Measured,
  ofPeers: PeerCounts = [],
  whenBroken: (number: number, broken: Broken) => BreakResult | null = () => null,
): ExpectationResult[] {
  const taken = { measured, ofPeers };
  return expect.map((expectation, number) => {
    const bound = boundOf(expectation, taken);
    const found = look(expectation, bound, taken);
    const holds = found?.holds ?? false;
    const value = found?.value ?? null;
    return {
      text: expectation.text,
      holds,
      measured: value,
      bound,
      broken: holds ? null : whenBroken(number, { bound, value, part: found?.part ?? null }),
      shown: show(expectation, found, bound),
      line: expectation.line,
      file: expectation.file ?? null,
    };
  });
}

/** An expectation that does not hold: its bound, what was measured, and the part of the run that decided. */
export interface Broken {
  readonly bound: number | null;
  readonly value: number | null;
  readonly part: Part | null;
}

/** All that figures are taken from. */
interface Taken {
  readonly measured: Measured;
  readonly ofPeers: PeerCounts;
}

/** What was found in a part of the run, or in the one of several that decides. */
interface Found {
  readonly holds: boolean;
  readonly value: number | null;
  /** Which phase, group and peer that was, if the expectation leaves it open. */
  readonly where: readonly string[];
  readonly part: Part;
}

/** Null when one of the figures could not be taken: nothing holds against that. */
function boundOf({ value, terms }: Expectation, { measured, ofPeers }: Taken): number | null {
  let sum = value;
  for (const term of terms) {
    const figure = figureOf(term.figure, partOf(term, measured), measured, ofPeers) ?? null;
    if (figure === null) return null;
    sum += term.factor * figure;
  }
  return sum;
}

/** The part that a figure without `all-` and `any-` is of. */
function partOf({ phase, group, peer }: FigureRef, { phases, perPeer }: Measured): Part {
  return {
    phase: phases.find((one) => one.name === phase) ?? null,
    group,
    peer: peer === null ? null : perPeer.findIndex((one) => one.name === peer),
  };
}

/** Looks at the phases, in each at the groups, in each at the peers. */
function look(expectation: Expectation, bound: number | null, taken: Taken): Found | null {
  const { phase } = expectation;
  const { phases } = taken.measured;
  const options = phase === null ? [null] : phases.filter((one) => isMeant(phase, one.name));
  return decide(
    phase,
    options.map((one) => [one?.name, lookAtGroups(expectation, bound, taken, one)]),
    expectation,
  );
}

function lookAtGroups(
  expectation: Expectation,
  bound: number | null,
  taken: Taken,
  phase: Part['phase'],
): Found | null {
  const { group } = expectation;
  const names = taken.measured.groups.map(({ name }) => name);
  const options = group === null ? [null] : names.filter((name) => isMeant(group, name));
  return decide(
    group,
    options.map((name) => [
      name ?? undefined,
      lookAtPeers(expectation, bound, taken, { phase, group: name, peer: null }),
    ]),
    expectation,
  );
}

function lookAtPeers(
  expectation: Expectation,
  bound: number | null,
  taken: Taken,
  part: Part,
): Found | null {
  const { peer } = expectation;
  if (peer === null) return lookAt(expectation, bound, taken, part);
  const found = taken.measured.perPeer.flatMap(({ name, group }, number) => {
    if (!isMeant(peer, name) || (part.group !== null && group !== part.group)) return [];
    return [[name, lookAt(expectation, bound, taken, { ...part, peer: number })] as const];
  });
  return decide(peer, found, expectation);
}

function lookAt(
  { figure, comparison }: Expectation,
  bound: number | null,
  { measured, ofPeers }: Taken,
  part: Part,
): Found | null {
  const value = figureOf(figure, part, measured, ofPeers);
  if (value === undefined) return null;
  const holds = value !== null && bound !== null && compare(value, { comparison, value: bound });
  return { holds, value, where: [], part };
}

function isMeant(written: string, name: string): boolean {
  return written === name || quantifierOf(written) !== null;
}

/**
 * Of several parts the one that decides: the worst where all must hold, the best where one is enough.
 * Parts in which there was nothing to measure do not count; null when there is no other.
 */
function decide(
  written: string | null,
  parts: readonly (readonly [name: string | undefined, found: Found | null])[],
  { comparison }: Expectation,
): Found | null {
  const quantifier = quantifierOf(written ?? '');
  let chosen: Found | null = null;
  for (const [name, found] of parts) {
    if (found === null) continue;
    const where = quantifier === null || name === undefined ? found.where : [name, ...found.where];
    const isFirst = chosen === null;
    const [nearer, other] = quantifier === 'any' ? [found, chosen] : [chosen, found];
    if (isFirst || isCloser(nearer!, other!, comparison)) chosen = { ...found, where };
  }
  return chosen;
}

/** Whether one part is nearer to what is expected than another. */
function isCloser(one: Found, other: Found, comparison: Expectation['comparison']): boolean {
  if (one.holds !== other.holds) return one.holds;
  if (one.value === null || other.value === null) return one.value !== null;
  return comparison.startsWith('<') ? one.value < other.value : one.value > other.value;
}

function show({ figure, terms }: Expectation, found: Found | null, bound: number | null): string {
  const { unit } = findFigure(figure)!;
  const value = showFigure(unit, found?.value ?? null, bound ?? undefined);
  const where = found === null || found.where.length === 0 ? '' : ` (${found.where.join(', ')})`;
  if (terms.length === 0) return `${value}${where}`;
  return `${value}${where}, against ${showFigure(unit, bound, found?.value ?? undefined)}`;
}
