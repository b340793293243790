/** Draws a network: links on a canvas of their own, as they are many and change seldom; peers and transfers above. */
import { el } from './element.ts';
import type { Place } from './network-layout.ts';
import { endsOf, isCut, type NetworkState } from './network-state.ts';
import type { Run } from './run.ts';
import { color } from './theme.ts';

const HEIGHT = 460;
const MARGIN = 24;

/** Up to so many peers their names stand beside them. */
const MOST_NAMES = 60;

/** More links than these are drawn faintly: they would hide each other and all else. */
const MOST_PLAIN_LINKS = 2_000;

/** See the head of this file. */
export class NetworkPicture {
  readonly root: HTMLElement;
  readonly #below: HTMLCanvasElement = el('canvas');
  readonly #above: HTMLCanvasElement = el('canvas');
  #places: readonly Place[] = [];
  #drawn = '';

  constructor() {
    this.root = el('div', { class: 'network', role: 'img' }, this.#below, this.#above);
  }

  /** From now on peers lie there. */
  place(places: readonly Place[]): void {
    this.#places = places;
    this.#drawn = '';
  }

  /** Colours or sizes have changed: everything is to be drawn anew. */
  forget(): void {
    this.#drawn = '';
  }

  /** The peer at a point of the page; −1 for none. */
  peerAt(clientX: number, clientY: number): number {
    const { left, top } = this.root.getBoundingClientRect();
    const distances = this.#places.map((_, peer) => {
      const [x, y] = this.#spot(peer);
      return Math.hypot(x - (clientX - left), y - (clientY - top));
    });
    const nearest = distances.indexOf(distances.reduce((a, b) => Math.min(a, b), Infinity));
    return nearest >= 0 && distances[nearest]! < 16 ? nearest : -1;
  }

  /** Draws a moment. */
  draw(run: Run, state: NetworkState, chosen: number): void {
    const key = `${state.version} ${chosen} ${this.root.clientWidth} ${state.faults().length}`;
    if (key !== this.#drawn) this.#drawLinks(state, chosen);
    this.#drawn = key;
    const ctx = this.#prepare(this.#above);
    this.#drawTransfers(ctx, run, state);
    this.#drawPeers(ctx, run, state, chosen);
  }

  #spot(peer: number): readonly [x: number, y: number] {
    const { x, y } = this.#places[peer] ?? { x: 0.5, y: 0.5 };
    const width = this.root.clientWidth - 2 * MARGIN;
    return [MARGIN + x * width, MARGIN + y * (HEIGHT - 2 * MARGIN)];
  }

  #prepare(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
    const scale = devicePixelRatio;
    const width = Math.round(this.root.clientWidth * scale);
    if (canvas.width !== width || canvas.height !== HEIGHT * scale) {
      canvas.width = width;
      canvas.height = HEIGHT * scale;
    }
    const ctx = canvas.getContext('2d')!;
    ctx.setTransform(scale, 0, 0, scale, 0, 0);
    ctx.clearRect(0, 0, this.root.clientWidth, HEIGHT);
    return ctx;
  }

  #drawLinks(state: NetworkState, chosen: number): void {
    const ctx = this.#prepare(this.#below);
    const faults = state.faults();
    const whole = new Path2D();
    const cut = new Path2D();
    const own = new Path2D();
    for (const link of state.links) {
      const ends = endsOf(link);
      // Both directions lie upon one another: begun at the same end, so do their dashes.
      const [peer, other] = [Math.min(...ends), Math.max(...ends)];
      const path = isCut(faults, ...ends) ? cut : peer === chosen || other === chosen ? own : whole;
      path.moveTo(...this.#spot(peer));
      path.lineTo(...this.#spot(other));
    }
    const isCrowd = state.links.size > MOST_PLAIN_LINKS;
    ctx.globalAlpha = isCrowd ? 0.15 : 0.5;
    stroke(ctx, whole, 'soft', 1);
    ctx.setLineDash([5, 4]);
    ctx.globalAlpha = isCrowd ? 0.15 : 1;
    stroke(ctx, cut, 'wrong', 1);
    ctx.setLineDash([]);
    ctx.globalAlpha = 1;
    stroke(ctx, own, 'link', 1.5);
  }

  #drawTransfers(ctx: CanvasRenderingContext2D, run: Run, state: NetworkState): void {
    const asker = run.column('request.peer');
    const from = run.column('request.from');
    const path = new Path2D();
    for (const { row, share } of state.transfers()) {
      if (from[row]! >= this.#places.length || asker[row]! >= this.#places.length) continue;
      const [x, y] = this.#spot(from[row]!);
      const [toX, toY] = this.#spot(asker[row]!);
      path.moveTo(x, y);
      path.lineTo(x + (toX - x) * share, y + (toY - y) * share);
    }
    stroke(ctx, path, 'correct', state.links.size > MOST_PLAIN_LINKS ? 1 : 2.5);
  }

  #drawPeers(ctx: CanvasRenderingContext2D, run: Run, state: NetworkState, chosen: number): void {
    const count = this.#places.length;
    const size = count > 500 ? 3 : count > MOST_NAMES ? 4.5 : 6;
    ctx.font = '12px system-ui, sans-serif';
    for (let peer = 0; peer < count; peer++) {
      const [x, y] = this.#spot(peer);
      const kind = state.states[peer];
      ctx.fillStyle = color(kind === 1 ? 'pass' : kind === 2 ? 'failed' : 'wrong');
      ctx.beginPath();
      // Shapes tell the same as colours: a peer that is down is a cross.
      if (kind === 0) cross(ctx, x, y, size);
      else ctx.arc(x, y, peer === chosen ? size * 1.6 : size, 0, 2 * Math.PI);
      ctx.fill();
      if (count > MOST_NAMES && peer !== chosen) continue;
      ctx.fillStyle = color('ink');
      // A name that would reach beyond the edge stands on the other side.
      const isRight = x > this.root.clientWidth - 80;
      ctx.textAlign = isRight ? 'right' : 'left';
      ctx.fillText(run.peerName(peer), isRight ? x - size - 4 : x + size + 4, y + 4);
    }
  }
}

function stroke(ctx: CanvasRenderingContext2D, path: Path2D, name: string, width: number): void {
  ctx.strokeStyle = color(name);
  ctx.lineWidth = width;
  ctx.stroke(path);
}

function cross(ctx: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  ctx.rect(x - size, y - 1.5, 2 * size, 3);
  ctx.rect(x - 1.5, y - size, 3, 2 * size);
}
