/**
 * What a name in an expectation means. `[phase.][group.][peer.]figure`: each part that is there narrows the
 * figure down. In the place of a name `all-phases`, `any-phase`, `all-groups`, `any-group`, `all-peers` and
 * `any-peer` mean each of them, or one at least.
 */
import { FIGURE_HEADS, FIGURES, findFigure, type Figure } from './figures.ts';
import { nearest, nearestOf, orList, quoted } from './nearest.ts';
import { unknownPeer, type NamedCount } from './peer-names.ts';
import type { FigureRef } from './scenario.ts';
import type { Reading } from './units.ts';

/** What the figures of a scenario can be of. */
export interface Subjects {
  readonly phases: readonly string[];
  readonly groups: readonly NamedCount[];
}

/** A name that was understood. */
export interface ResolvedFigure {
  readonly ref: FigureRef;
  readonly figure: Figure;
}

/** Parts of a run that a figure can be narrowed to, in the order in which they are written. */
type Part = 'phase' | 'group' | 'peer';

const PARTS: readonly Part[] = ['phase', 'group', 'peer'];

/** The words that stand for each, and for one at least, of the phases, groups or peers. */
export const PART_WORDS: Readonly<Record<Part, readonly [all: string, any: string]>> = {
  phase: ['all-phases', 'any-phase'],
  group: ['all-groups', 'any-group'],
  peer: ['all-peers', 'any-peer'],
};

const WORDS: ReadonlyMap<string, 'all' | 'any'> = new Map(
  Object.values(PART_WORDS).flatMap(([all, any]) => [[all, 'all'] as const, [any, 'any'] as const]),
);

/** Whether a name in a `FigureRef` is a word for all or any; null for the name of something. */
export function quantifierOf(name: string): 'all' | 'any' | null {
  return WORDS.get(name) ?? null;
}

/** Names that a message lists at most. */
const MOST_LISTED = 8;

/** Figures that are equally near to a misspelt one, and are offered at most. */
const MOST_NEAR = 3;

/** Finds out what a name means, or says in one sentence what is wrong with it. */
export function resolveFigure(name: string, subjects: Subjects): Reading<ResolvedFigure> {
  const whole = findFigure(name);
  // A figure wins over a group that happens to be called like its first word.
  if (whole !== undefined) return fitting(refOf(), whole, subjects);
  const segments = name.split('.');
  const clash = clashOf(segments[0]!, subjects);
  if (clash !== undefined) return bad(clash);
  const taken = refOf();
  for (const part of PARTS) {
    if (!isNameOf(part, segments[0]!, subjects)) continue;
    taken[part] = segments.shift()!;
    if (segments.length === 0) return bad(noFigure(name, part));
    const figure = findFigure(segments.join('.'));
    if (figure !== undefined) return fitting(taken, figure, subjects);
  }
  return bad(unknownName(taken, segments, subjects));
}

function noFigure(name: string, part: Part): string {
  const example = part === 'peer' ? 'requests.success' : 'latency.p99';
  return `${quoted(name)} is no figure, write one behind it, such as ${name}.${example}`;
}

type Mutable = { -readonly [Key in keyof FigureRef]: FigureRef[Key] };

function refOf(): Mutable {
  return { phase: null, group: null, peer: null, figure: '' };
}

function isNameOf(part: Part, name: string, { phases, groups }: Subjects): boolean {
  if (PART_WORDS[part].includes(name)) return true;
  if (part === 'phase') return phases.includes(name);
  if (part === 'group') return groups.some((group) => group.name === name);
  return unknownPeer(name, groups) === undefined;
}

function clashOf(name: string, subjects: Subjects): string | undefined {
  const parts = PARTS.filter((part) => isNameOf(part, name, subjects));
  if (parts.length < 2) return undefined;
  return `${quoted(name)} is a ${parts.join(' and a ')}, call one of them otherwise`;
}

/** Whether there is such a figure of such a part of the run. */
function fitting(ref: Mutable, figure: Figure, subjects: Subjects): Reading<ResolvedFigure> {
  const { name, scope, of } = figure;
  const owner = ref.peer !== null ? 'peer' : ref.group !== null ? 'group' : 'all';
  if (ref.phase !== null && scope === 'run')
    return bad(`${name} exists for the whole run only, write it without "${ref.phase}."`);
  if (!of.includes(owner)) return bad(wrongOwner(ref, figure, subjects));
  if (ref.phase !== null || scope !== 'phase')
    return { ok: true, value: { ref: { ...ref, figure: name }, figure } };
  const examples = subjects.phases.slice(0, 3).map((phase) => `${phase}.${name}`);
  return bad(`${name} exists for a phase only, write ${orList(examples) || `PHASE.${name}`}`);
}

function wrongOwner(ref: FigureRef, { name, of }: Figure, { groups }: Subjects): string {
  if (!of.includes('all')) {
    const first = groups[0] === undefined ? '' : `${groups[0].name}-1.${name}, `;
    return `${name} exists for single peers only, write ${first}all-peers.${name} or any-peer.${name}`;
  }
  if (ref.peer !== null && of.includes('group'))
    return `${name} is not taken for single peers, write it without "${ref.peer}."`;
  const narrowed = [ref.group, ref.peer].flatMap((part) => part ?? []).join('.');
  return `${name} is of all peers together, write it without "${narrowed}."`;
}

/** What is wrong with a name whose first parts were understood. */
function unknownName(taken: FigureRef, rest: readonly string[], subjects: Subjects): string {
  const prefix = [taken.phase, taken.group, taken.peer].flatMap((part) => part ?? []);
  const meant = misspeltHead(rest, openNames(taken, subjects));
  if (meant !== undefined) {
    const near = quoted([...prefix, meant].join('.'));
    return `unknown figure ${quoted(rest.join('.'))}, did you mean ${near}?`;
  }
  for (let at = 1; at < rest.length; at++) {
    const figure = rest.slice(at).join('.');
    if (findFigure(figure) === undefined) continue;
    return unknownPart(rest[0]!, prefix, [...rest.slice(1, at), figure], taken, subjects);
  }
  return unknownFigure(prefix, rest.join('.'), taken, subjects);
}

/**
 * The figure whose first word is misspelt; undefined when there is none. What follows may be a figure too
 * (`heald.discovery.time`), so that the word may be meant for one of `names`, of a phase, group or peer.
 */
function misspeltHead(
  [head = '', ...others]: readonly string[],
  names: string[],
): string | undefined {
  const tail = others.join('.');
  const heads = FIGURES.filter(({ name }) => tail !== '' && name.endsWith(`.${tail}`))
    .map(({ name }) => name.slice(0, -tail.length - 1))
    .filter((each) => !each.includes('.'));
  const follows = findFigure(tail);
  const isOfAll = follows?.scope === 'run' && follows.of.length === 1;
  const near = nearest(head, [...(isOfAll ? [] : names), ...heads]);
  return near === undefined || !heads.includes(near) ? undefined : `${near}.${tail}`;
}

function unknownFigure(
  prefix: readonly string[],
  text: string,
  taken: FigureRef,
  subjects: Subjects,
): string {
  const near = nearFigures(taken, text, subjects).map((each) => `"${[...prefix, each].join('.')}"`);
  const hint =
    near.length > 0 ? `did you mean ${orList(near)}?` : `expected ${expectedFigures(text)}`;
  return `unknown figure ${quoted(text)}, ${hint}`;
}

/** All that begin with a word which is only the beginning of figures; else how figures begin. */
function expectedFigures(text: string): string {
  const begun = FIGURES.filter(({ name }) => name.startsWith(`${text}.`)).map(({ name }) => name);
  return begun.length > 0 ? orList(begun) : `one that begins with ${orList([...FIGURE_HEADS])}`;
}

function nearFigures(taken: FigureRef, text: string, subjects: Subjects): string[] {
  const names = FIGURES.map(({ name }) => name);
  const near = nearestOf(text, names).slice(0, MOST_NEAR);
  // Those that exist where they are looked for come before others that are as near.
  const fits = (name: string): number =>
    Number(fitting({ ...taken }, findFigure(name)!, subjects).ok);
  const dot = text.indexOf('.');
  if (near.length > 0 || dot === -1) return near.toSorted((a, b) => fits(b) - fits(a));
  // Both the part and the figure may be misspelt.
  const part = nearest(text.slice(0, dot), openNames(taken, subjects));
  const figure = nearest(text.slice(dot + 1), names);
  return part === undefined || figure === undefined ? [] : [`${part}.${figure}`];
}

/** What is wrong with a part before a figure that there is. */
function unknownPart(
  name: string,
  before: readonly string[],
  after: readonly string[],
  taken: FigureRef,
  subjects: Subjects,
): string {
  const part = PARTS.find((each) => isNameOf(each, name, subjects));
  if (part !== undefined) {
    return taken[part] === null
      ? `write ${quoted([name, ...before, ...after].join('.'))}: first the phase, then the group, then the peer`
      : `${quoted(name)} is a second ${part} beside ${quoted(taken[part])}`;
  }
  if (name === 'all' || name === 'any') {
    const words = PARTS.map((each) => PART_WORDS[each][name === 'all' ? 0 : 1]);
    return `"${name}" of what? write ${orList(words)}`;
  }
  return unknownWordOf(name, taken, subjects);
}

function unknownWordOf(name: string, taken: FigureRef, subjects: Subjects): string {
  const open = openParts(taken);
  if (isLikePeer(name, subjects)) return unknownPeer(name, subjects.groups)!;
  for (const part of open) {
    const near = nearest(name, [...namesOf(part, subjects), ...PART_WORDS[part]]);
    if (near !== undefined) return `unknown ${part} ${quoted(name)}, did you mean "${near}"?`;
  }
  const parts = open.filter((part) => namesOf(part, subjects).length > (part === 'group' ? 1 : 0));
  const names = parts.flatMap((part) => namesOf(part, subjects));
  const listed = names.length > MOST_LISTED ? [...names.slice(0, MOST_LISTED), '…'] : names;
  const expected = names.length === 0 ? '' : `, expected ${orList(listed)}`;
  return `unknown ${orList(parts) || 'phase'} ${quoted(name)}${expected}`;
}

/** Whether a name is that of a peer, but for its number. */
function isLikePeer(name: string, { groups }: Subjects): boolean {
  const [, group] = /^(.+)-\d+$/.exec(name) ?? [];
  return groups.some((each) => each.name === group);
}

/** Parts that could still follow. */
function openParts(taken: FigureRef): Part[] {
  const last = PARTS.findLastIndex((part) => taken[part] !== null);
  return PARTS.slice(last + 1);
}

function openNames(taken: FigureRef, subjects: Subjects): string[] {
  return openParts(taken).flatMap((part) => [...namesOf(part, subjects), ...PART_WORDS[part]]);
}

/** Peers are too many to be listed. */
function namesOf(part: Part, { phases, groups }: Subjects): readonly string[] {
  if (part === 'phase') return phases;
  return part === 'group' ? groups.map((group) => group.name) : [];
}

function bad(problem: string): Reading<never> {
  return { ok: false, problem };
}
