import type { Plan } from '../plan/plan.ts';
import type { Screen } from './trouble.ts';

/** Larger meshes do not fit on a screen. */
export const MOST_IN_ADJACENCY = 20;

const KNOWS = '●';
const IS_KNOWN = '○';
const NEITHER = '·';

/**
 * Who knows whom, drawn as a matrix: a row for each peer and a column for each, in the same order.
 * For up to `MOST_IN_ADJACENCY` peers.
 */
export function adjacencySection({ peers }: Plan, { paint, width }: Screen): string {
  const longest = Math.max(...peers.map(({ name }) => name.length));
  const room = width - 4 - 3 * peers.length;
  const label = Math.max(4, Math.min(longest, room));
  const title = 'Adjacency';
  const legend = `${KNOWS} knows  ${IS_KNOWN} is known by`;
  const head = `${' '.repeat(label + 4)}${peers.map((_, i) => String(i + 1).padStart(3)).join('')}`;
  const rows = peers.map(({ name, starts }, peer) => {
    const cells = peers.map(({ starts: theirs }, other) => {
      if (starts.includes(other)) return KNOWS;
      return theirs.includes(peer) ? IS_KNOWN : NEITHER;
    });
    const short = name.length <= label ? name : `${name.slice(0, label - 1)}…`;
    return `${String(peer + 1).padStart(2)}  ${short.padEnd(label)}${cells.map((cell) => `  ${cell}`).join('')}`;
  });
  return [`${paint('bold', title)}  ${paint('dim', legend)}`, paint('dim', head), ...rows].join(
    '\n',
  );
}
