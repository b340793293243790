import { figureOf, type Part } from '../check/figure-values.ts';
import type { RequestCounts, Result } from '../result/result.ts';
import { FIGURES, type Figure } from '../scenario/figures.ts';

/** One figure of a run. */
export interface FigureValue {
  readonly figure: Figure;
  /** In its base unit; null: it could not be taken. */
  readonly value: number | null;
}

/** Figures by the names that expectations use. */
export type FigureValues = ReadonlyMap<string, FigureValue>;

const WHOLE = { phase: null, group: null, peer: null };

/** What it took of the machine, which is neither the peers' doing nor the same twice. */
const OF_THE_MACHINE = /^(memory|harness)\./;

/**
 * Every figure of a virtual run and of its phases and groups, but for those of the machine; where nothing
 * could be taken there is none. Single peers have `figuresOfPeers`.
 */
export function everyFigure(result: Result): FigureValues {
  const groups = result.groups.length > 1 ? result.groups.map(({ name }) => name) : [];
  const phases = [null, ...result.phases];
  const parts = phases.flatMap((phase): Part[] =>
    [null, ...groups].map((group) => ({ phase, group, peer: null })),
  );
  return new Map(parts.flatMap((part) => figuresIn(part, result)));
}

function figuresIn(part: Part, result: Result): [string, FigureValue][] {
  const prefix = [part.phase?.name, part.group].flatMap((name) => (name == null ? [] : `${name}.`));
  const fitting = FIGURES.filter(
    ({ name, scope, of }) =>
      !OF_THE_MACHINE.test(name) &&
      (scope === 'both' || scope === (part.phase === null ? 'run' : 'phase')) &&
      of.includes(part.group === null ? 'all' : 'group'),
  );
  return fitting.flatMap((figure) => {
    const value = figureOf(figure.name, part, result, []);
    return value === undefined ? [] : [[`${prefix.join('')}${figure.name}`, { figure, value }]];
  });
}

const OF_PEERS = FIGURES.filter(({ name, of }) => of.includes('peer') && isToldByPeers(name));

function isToldByPeers(name: string): boolean {
  return /^(known$|messages\.|bytes\.|requests\.(?!success))/.test(name);
}

/** The figures of each single peer, by its name and theirs: `peer-3.messages.sent`; made one by one. */
export function* figuresOfPeers(result: Result): Generator<[string, FigureValue], void, void> {
  for (const [peer, { name, requests }] of result.perPeer.entries()) {
    for (const figure of OF_PEERS) {
      const [head, tail] = figure.name.split('.') as [string, keyof RequestCounts | undefined];
      const value =
        head === 'requests'
          ? requests[tail!]
          : figureOf(figure.name, { ...WHOLE, peer }, result, []);
      if (value !== undefined) yield [`${name}.${figure.name}`, { figure, value }];
    }
  }
}
