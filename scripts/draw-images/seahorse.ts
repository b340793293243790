import type { Sharp } from 'sharp';
import { along, type Colour, hex, ramp } from './colour.ts';
import { open, shade } from './raster.ts';

const WIDTH = 800;
const HEIGHT = 550;
const CENTRE = { x: -0.74364388, y: 0.13182591 };
const SPAN = 0.0042;
const LIMIT = 1400;
const BANDS = ramp(
  [0, '#0b1437'],
  [0.18, '#1f5fa8'],
  [0.36, '#8fd3e8'],
  [0.5, '#fff6dc'],
  [0.64, '#f2a33a'],
  [0.82, '#8a2a3a'],
  [1, '#0b1437'],
);

/** Steps until the point runs away, the fraction makes the bands smooth; -1 if it stays. */
function escape(cx: number, cy: number): number {
  let x = 0;
  let y = 0;
  for (let step = 0; step < LIMIT; step++) {
    const xx = x * x;
    const yy = y * y;
    if (xx + yy > 400) return step + 1 - Math.log2(Math.log2(xx + yy) / 2);
    y = 2 * x * y + cy;
    x = xx - yy + cx;
  }
  return -1;
}

function colourAt(x: number, y: number): Colour {
  const steps = escape(CENTRE.x + (x - 0.5) * SPAN, CENTRE.y + ((y - 0.5) * SPAN * HEIGHT) / WIDTH);
  if (steps < 0) return hex('#050816');
  const turn = Math.log(steps + 1) * 1.7;
  return along(BANDS, turn - Math.floor(turn));
}

/** The seahorse valley of the Mandelbrot set, drawn at twice its size and brought down. */
export function drawSeahorse(): Sharp {
  const twice = shade(WIDTH * 2, HEIGHT * 2, 0, (x, y) => colourAt(x / WIDTH / 2, y / HEIGHT / 2));
  return open(twice).resize(WIDTH, HEIGHT);
}
