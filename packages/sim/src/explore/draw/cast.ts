import type { Document } from '../shrink/document.ts';
import type { Dice } from './dice.ts';

/** A group and its peers. */
export interface Sized {
  readonly name: string;
  readonly count: number;
}

/** Who takes part. */
export interface Cast {
  /** Groups of our own peers, one or two. */
  readonly ours: readonly Sized[];
  /** Groups of one peer that misbehaves. */
  readonly odd: readonly (Sized & { readonly behavior: string })[];
}

/** The share of scenarios whose own peers are two groups, if there are enough of them. */
const TWO_GROUPS = 0.25;

/** Peers of our own from which on they may be two groups. */
const LEAST_FOR_TWO = 4;

/** Deals peers out to groups. */
export function drawCast(
  dice: Dice,
  peers: number,
  others: number,
  behaviors: readonly string[],
): Cast {
  const guests = peers >= LEAST_FOR_TWO && dice.chance(TWO_GROUPS) ? dice.between(1, peers - 2) : 0;
  const own = { name: 'peer', count: peers - guests };
  const odd = Array.from({ length: others }, (_, number) => ({
    name: `odd${number + 1}`,
    count: 1,
    behavior: dice.one(behaviors),
  }));
  return { ours: guests === 0 ? [own] : [own, { name: 'guest', count: guests }], odd };
}

/** As a scenario has it. */
export function groupsOf({ ours, odd }: Cast): Document[] {
  return [...ours, ...odd].map((group) => ({ ...group }));
}

/** Our own peers, all together. */
export function countOf({ ours }: Pick<Cast, 'ours'>): number {
  return ours.reduce((sum, { count }) => sum + count, 0);
}

/** Names of peers, group by group. */
export function namesOf(groups: readonly Sized[]): string[] {
  return groups.flatMap(({ name, count }) =>
    Array.from({ length: count }, (_, number) => `${name}-${number + 1}`),
  );
}

/** The names of groups; one alone without a list. */
export function allOf(groups: readonly Sized[]): string | string[] {
  const names = groups.map(({ name }) => name);
  return names.length === 1 ? names[0]! : names;
}
