/** Who was up and who knew whom at one moment; going on is cheap, going back begins anew. */
import type { PageFault } from '../page/page-data.ts';
import type { Run } from './run.ts';

/** A link that is known, `peer` × 2¹⁶ + `other`. */
type Link = number;

const SPAN = 65_536;

/** Two ends of a link. */
export function endsOf(link: Link): readonly [peer: number, other: number] {
  return [Math.floor(link / SPAN), link % SPAN];
}

/** See the head of this file. */
export class NetworkState {
  /** 0 down, 1 up, 2 paused. */
  readonly states: Uint8Array;
  /** Changes with every change of a link or of a peer. */
  version = 0;
  readonly links: Set<Link> = new Set();
  readonly #run: Run;
  #atUs = -1;
  #nextState = 0;
  #nextLink = 0;

  constructor(run: Run, drawn: number) {
    this.#run = run;
    this.states = new Uint8Array(drawn);
  }

  /** Goes to that moment. */
  seek(atUs: number): void {
    if (atUs < this.#atUs) this.#reset();
    this.#atUs = atUs;
    const stateAt = this.#run.column('state.at');
    const linkAt = this.#run.column('link.at');
    for (;;) {
      const state = stateAt[this.#nextState] ?? Infinity;
      const link = linkAt[this.#nextLink] ?? Infinity;
      if (Math.min(state, link) > atUs) return;
      this.version++;
      if (state <= link) this.#takeState(this.#nextState++);
      else this.#takeLink(this.#nextLink++);
    }
  }

  /** Faults that are under way. */
  faults(): readonly PageFault[] {
    return this.#run.head.faults.filter(
      ({ startUs, endUs }) => startUs <= this.#atUs && this.#atUs < (endUs ?? Infinity),
    );
  }

  /** Rows of requests whose image is on its way, and how much of their time is over. */
  transfers(): { readonly row: number; readonly share: number }[] {
    const [at, took, from] = (['at', 'took', 'from'] as const).map((name) =>
      this.#run.column(`request.${name}`),
    ) as [ArrayLike<number>, ArrayLike<number>, ArrayLike<number>];
    const found: { row: number; share: number }[] = [];
    for (let row = 0; row < at.length; row++) {
      const sinceUs = this.#atUs - at[row]!;
      if (sinceUs < 0 || sinceUs > took[row]! || from[row]! < 0) continue;
      found.push({ row, share: sinceUs / Math.max(1, took[row]!) });
    }
    return found;
  }

  #takeState(row: number): void {
    const peer = this.#run.column('state.peer')[row]!;
    const kind = this.#run.column('state.kind')[row]!;
    this.states[peer] = kind;
    if (kind !== 0) return;
    // A peer that has ended knows nobody.
    for (const link of this.links) if (endsOf(link)[0] === peer) this.links.delete(link);
  }

  #takeLink(row: number): void {
    const peer = this.#run.column('link.peer')[row]!;
    const link = peer * SPAN + this.#run.column('link.other')[row]!;
    if (this.#run.column('link.kind')[row] === 1) this.links.add(link);
    else this.links.delete(link);
  }

  #reset(): void {
    this.states.fill(0);
    this.links.clear();
    this.#nextState = this.#nextLink = 0;
    this.version++;
  }
}

/** Whether a fault keeps two peers apart. */
export function isCut(faults: readonly PageFault[], one: number, other: number): boolean {
  return faults.some((fault) => {
    const sides = sidesOf(fault);
    const [a, b] = [sides.get(one) ?? 0, sides.get(other) ?? 0];
    if (fault.kind === 'partition') return a !== b;
    if (fault.kind === 'vanish') return a + b > 0;
    const joins = (from: number, to: number): boolean => (from & FROM) !== 0 && (to & TO) !== 0;
    return fault.kind === 'cut' && (joins(a, b) || joins(b, a));
  });
}

/** Ends of a cut link; a peer can be at both. */
const FROM = 1;
const TO = 2;

const known = new WeakMap<PageFault, Map<number, number>>();

/** On which side of a fault each peer is; those that it does not name are on side 0. */
function sidesOf(fault: PageFault): Map<number, number> {
  const before = known.get(fault);
  if (before !== undefined) return before;
  const sides = new Map<number, number>();
  fault.parts.forEach((part, i) => part.forEach((peer) => sides.set(peer, i + 1)));
  for (const peer of fault.peers) sides.set(peer, 1);
  for (const peer of fault.from) sides.set(peer, FROM);
  for (const peer of fault.to) sides.set(peer, (sides.get(peer) ?? 0) | TO);
  known.set(fault, sides);
  return sides;
}
