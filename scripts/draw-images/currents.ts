import type { Sharp } from 'sharp';
import { along, css, ramp } from './colour.ts';
import { fractal } from './noise.ts';
import { between, type Random, randomFor, seedOf } from './random.ts';
import { points, render, short, svg } from './svg.ts';

const WIDTH = 1500;
const HEIGHT = 1000;
const LINES = 3200;
const SEED = seedOf('currents');
const TINTS = ramp(
  [0, '#0fa3b1'],
  [0.3, '#5fd0c0'],
  [0.5, '#f7e7b4'],
  [0.7, '#f79256'],
  [1, '#e0486b'],
);

function heading(x: number, y: number): number {
  return fractal(SEED, x / 620, y / 620, 3) * Math.PI * 2.6 + 0.4;
}

function streamline(random: Random): string {
  let x = between(random, -60, WIDTH + 60);
  let y = between(random, -60, HEIGHT + 60);
  const tint = heading(x, y) / 5 + 0.45 + between(random, -0.08, 0.08);
  const path: [number, number][] = [[x, y]];
  const steps = between(random, 12, 55);
  for (let step = 0; step < steps; step++) {
    const angle = heading(x, y);
    x += Math.cos(angle) * 7;
    y += Math.sin(angle) * 7;
    path.push([x, y]);
  }
  const colour = css(along(TINTS, tint));
  const opacity = short(between(random, 0.35, 0.95));
  const wide = short(between(random, 0.8, 3.4));
  const look = `stroke="${colour}" opacity="${opacity}" stroke-width="${wide}"`;
  return `<polyline ${look} points="${points(path)}"/>`;
}

/** A flow field: thousands of threads that follow one slow noise. */
export function drawCurrents(): Sharp {
  const random = randomFor('currents');
  const lines = Array.from({ length: LINES }, () => streamline(random));
  const background = `<rect width="${WIDTH}" height="${HEIGHT}" fill="#0a1a2f"/>`;
  const text = svg(WIDTH, HEIGHT, [
    background,
    `<g fill="none" stroke-linecap="round" stroke-linejoin="round">`,
    ...lines,
    '</g>',
  ]);
  return render(text).flatten();
}
