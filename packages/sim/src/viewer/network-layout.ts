/** Where peers are drawn: those that found each other first lie close together. */
import {
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type SimulationNodeDatum,
} from 'd3-force';
import type { Run } from './run.ts';

/** A place, 0 … 1 both ways. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** So many of the first links of each peer pull; more would make one lump of any network. */
const PULLING_LINKS = 3;

/** Work between two turns of the browser, in milliseconds. */
const TURN_MS = 12;

const TICKS = 150;

/** Lays the first peers out; calls back now and then, the last time with `isDone`. The same run, the same places. */
export function layOut(
  run: Run,
  count: number,
  show: (places: readonly Place[], isDone: boolean) => void,
): void {
  const nodes: SimulationNodeDatum[] = Array.from({ length: count }, () => ({}));
  const simulation = forceSimulation(nodes)
    .force('charge', forceManyBody().strength(-30).theta(1.2).distanceMax(300))
    .force('link', forceLink(pullingLinks(run, count)).distance(26))
    .force('x', forceX().strength(0.06))
    .force('y', forceY().strength(0.06))
    .force('collide', forceCollide(6))
    .stop();
  let ticks = 0;
  let nextShown = 1;
  const turn = (): void => {
    const startMs = performance.now();
    while (ticks < TICKS && performance.now() - startMs < TURN_MS) {
      simulation.tick();
      ticks++;
    }
    // To draw tens of thousands of links takes longer than to move their ends: at half of the way, a quarter, an eighth …
    if (ticks >= nextShown || ticks === TICKS) {
      nextShown = 2 * ticks;
      show(scaled(nodes), ticks === TICKS);
    }
    if (ticks < TICKS) setTimeout(turn);
  };
  turn();
}

function pullingLinks(run: Run, count: number): { source: number; target: number }[] {
  const used = new Uint8Array(count);
  const peers = run.column('link.peer');
  const others = run.column('link.other');
  const links: { source: number; target: number }[] = [];
  for (let row = 0; row < peers.length; row++) {
    const source = peers[row]!;
    if (source >= count || others[row]! >= count || used[source]! >= PULLING_LINKS) continue;
    used[source]!++;
    links.push({ source, target: others[row]! });
  }
  return links;
}

function scaled(nodes: readonly SimulationNodeDatum[]): Place[] {
  const range = (pick: (node: SimulationNodeDatum) => number): [least: number, width: number] => {
    const values = nodes.map(pick);
    const least = values.reduce((a, b) => Math.min(a, b), Infinity);
    return [least, Math.max(1, values.reduce((a, b) => Math.max(a, b), -Infinity) - least)];
  };
  const [left, width] = range(({ x = 0 }) => x);
  const [top, height] = range(({ y = 0 }) => y);
  return nodes.map(({ x = 0, y = 0 }) => ({ x: (x - left) / width, y: (y - top) / height }));
}
