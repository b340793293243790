import type { Sharp } from 'sharp';
import { add, along, type Colour, hex, mix, ramp, smoothstep } from './colour.ts';
import { fractal, noise, speck } from './noise.ts';
import { between, randomFor, seedOf } from './random.ts';
import { open, shade } from './raster.ts';
import { fir, svg } from './svg.ts';

const WIDTH = 1600;
const HEIGHT = 1000;
const SEED = seedOf('aurora');
const SKY = ramp([0, '#040818'], [0.55, '#0b1f3d'], [0.8, '#1d4a5c']);
const GLOW = ramp([0, '#8cffb4'], [0.3, '#2fe08a'], [0.6, '#3a8fd0'], [1, '#8a3ab9']);
const CURTAINS = [
  { base: 0.44, sway: 0.2, tall: 0.34, strength: 0.95 },
  { base: 0.6, sway: 0.16, tall: 0.42, strength: 1.35 },
  { base: 0.7, sway: 0.07, tall: 0.2, strength: 0.9 },
];

function curtain(index: number, u: number, v: number): Colour {
  const { base, sway, tall, strength } = CURTAINS[index]!;
  const seed = SEED + index * 101;
  const foot = base + sway * fractal(seed, u * 1.4, 0.5, 3);
  const up = foot - v;
  const rays = 0.55 + 0.45 * noise(seed + 1, u * 26 + up * 2, up * 0.6);
  const folds = smoothstep(-0.45, 0.5, fractal(seed + 2, u * 2.3, 3.1, 3));
  const height = tall * (0.55 + 0.45 * rays);
  const shape = up > 0 ? Math.exp((-up / height) * 2.4) : Math.exp(up / 0.014);
  return mix([0, 0, 0], along(GLOW, up / tall), shape * rays * folds * strength);
}

function star(x: number, y: number): number {
  const lot = speck(SEED, x, y);
  return lot > 0.9985 ? ((lot - 0.9985) / 0.0015) ** 3 : 0;
}

function sky(x: number, y: number): Colour {
  const u = x / HEIGHT;
  const v = y / HEIGHT;
  const fading = smoothstep(0.8, 0.2, v);
  let colour = add(along(SKY, v), [0.9, 0.95, 1], star(x, y) * fading);
  for (let index = 0; index < CURTAINS.length; index++) {
    colour = add(colour, curtain(index, u, v), 1);
  }
  return colour;
}

function hills(x: number, y: number): Colour {
  const u = x / HEIGHT;
  const v = y / HEIGHT;
  const back = 0.76 - 0.09 * fractal(SEED + 70, u * 2.2, 0.2, 6);
  const front = 0.87 - 0.07 * fractal(SEED + 71, u * 1.1, 0.7, 4);
  if (v > front) {
    const drift = fractal(SEED + 72, u * 6, v * 16, 4);
    return mix(hex('#4f8f9a'), hex('#143246'), (v - front) * 5 + 0.15 + drift * 0.35);
  }
  if (v < back) return sky(x, y);
  const snow = smoothstep(-0.1, 0.3, fractal(SEED + 73, u * 12, v * 20, 4));
  return mix(hex('#0b2136'), hex('#2d6473'), snow * 0.6 + (v - back));
}

function forest(): string {
  const random = randomFor('aurora firs');
  const trees: string[] = [];
  for (let i = 0; i < 70; i++) {
    const near = i / 70;
    const x = between(random, -20, WIDTH + 20);
    // A clearing in the middle lets the snow show.
    const clearing = smoothstep(80, 620, Math.abs(x - WIDTH * 0.56));
    const height = between(random, 50, 110) * (0.35 + clearing) + near * 110 * clearing;
    trees.push(
      fir(random, x, HEIGHT * (0.88 + near * 0.13), height, near < 0.5 ? '#0a2230' : '#04121c'),
    );
  }
  return svg(WIDTH, HEIGHT, trees);
}

/** Northern lights over snow and firs. */
export function drawAurora(): Sharp {
  const raster = shade(WIDTH, HEIGHT, 2, hills);
  return open(raster).composite([{ input: Buffer.from(forest()) }]);
}
