import type { Sharp } from 'sharp';
import { randomFor } from './random.ts';
import { group, render, svg } from './svg.ts';

const SIDE = 60;
const ACROSS = 10;
const DOWN = 7;

function arcs(wide: number, colour: string): string {
  const path = 'M30 0A30 30 0 0 1 0 30M60 30A30 30 0 0 0 30 60';
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${wide}"/>`;
}

/** Truchet tiles: one tile, turned at random, makes closed loops. */
export function drawTiles(): Sharp {
  const random = randomFor('tiles');
  const strands = arcs(24, '#0b3c49') + arcs(18, '#ffd9a0') + arcs(9, '#e4572e');
  const tiles: string[] = [`<rect width="600" height="420" fill="#17667a"/>`];
  for (let row = 0; row < DOWN; row++) {
    for (let column = 0; column < ACROSS; column++) {
      const turn = random() < 0.5 ? '' : ' rotate(90 30 30)';
      const place = `translate(${column * SIDE} ${row * SIDE})${turn}`;
      tiles.push(group(place, [strands]));
    }
  }
  return render(svg(SIDE * ACROSS, SIDE * DOWN, tiles)).flatten();
}
