import type { Sharp } from 'sharp';
import { add, type Colour, hex, mix, scale, smoothstep } from './colour.ts';
import { fractal, speck } from './noise.ts';
import { between, pick, randomFor, seedOf } from './random.ts';
import { open, shade } from './raster.ts';

interface Pane {
  readonly x: number;
  readonly y: number;
  readonly colour: Colour;
}

const SIZE = 1100;
const SEED = seedOf('stained glass');
const LEAD = hex('#14110f');
const RINGS = [
  ['#ffe08a', '#ffc247'],
  ['#e2552f', '#f0872f', '#c92f3a'],
  ['#b51f4b', '#7d1f6b', '#d94a6a'],
  ['#26418f', '#2f62c4', '#4a2f8f'],
  ['#1f7fa8', '#27a3a3', '#1f5f9a'],
  ['#2f8f5a', '#5fae4a', '#1f6f5f'],
  ['#173a6f', '#122a55', '#24507f', '#7a1f3f'],
];

function panes(): Pane[] {
  const random = randomFor('stained glass');
  const list: Pane[] = [{ x: 0.5, y: 0.5, colour: hex('#fff1b8') }];
  RINGS.forEach((codes, ring) => {
    const count = 7 + ring * 7;
    for (let i = 0; i < count; i++) {
      const angle = ((i + (ring % 2) / 2 + between(random, -0.22, 0.22)) / count) * Math.PI * 2;
      const radius = 0.075 + ring * 0.088 + between(random, -0.014, 0.014);
      const tint = between(random, -0.12, 0.2);
      const colour = mix(
        hex(pick(random, codes)),
        tint > 0 ? [1, 1, 1] : [0, 0, 0],
        Math.abs(tint),
      );
      list.push({ x: 0.5 + Math.cos(angle) * radius, y: 0.5 + Math.sin(angle) * radius, colour });
    }
  });
  return list;
}

/** The nearest pane and how far its border is. */
function nearest(list: readonly Pane[], x: number, y: number): { pane: Pane; border: number } {
  let [first, second] = [list[0]!, list[1]!];
  let [best, next] = [Infinity, Infinity];
  for (const pane of list) {
    const away = (pane.x - x) ** 2 + (pane.y - y) ** 2;
    if (away < best) {
      [second, next] = [first, best];
      [first, best] = [pane, away];
    } else if (away < next) {
      [second, next] = [pane, away];
    }
  }
  const gap = Math.hypot(first.x - second.x, first.y - second.y);
  return { pane: first, border: (next - best) / (2 * gap) };
}

function glass(pane: Pane, border: number, x: number, y: number): Colour {
  const id = Math.floor(speck(SEED, Math.round(pane.x * 9999), Math.round(pane.y * 9999)) * 4096);
  // Steps instead of a smooth flow: streaky like hand-made glass, and a lossless file stays small.
  const streak = Math.round(fractal(SEED + id, x * 9, y * 26, 3) * 7) / 7;
  const light = 1.16 - Math.round(Math.hypot(x - 0.5, y - 0.5) * 14) / 26;
  const edge = 0.72 + 0.28 * (Math.round(smoothstep(0.004, 0.024, border) * 6) / 6);
  return scale(add(pane.colour, [1, 1, 1], streak * 0.12), light * edge);
}

/** A rose window: a Voronoi diagram of rings of points, with lead between the panes. */
export function drawStainedGlass(): Sharp {
  const list = panes();
  const raster = shade(SIZE, SIZE, 0, (px, py) => {
    const x = px / SIZE;
    const y = py / SIZE;
    const { pane, border } = nearest(list, x, y);
    const rim = Math.abs(Math.hypot(x - 0.5, y - 0.5) - 0.485) - 0.009;
    const lead = Math.min(border - 0.0032, rim);
    return mix(LEAD, glass(pane, border, x, y), smoothstep(-0.0008, 0.0008, lead));
  });
  return open(raster);
}
