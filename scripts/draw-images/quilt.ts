import type { Sharp } from 'sharp';
import { between, pick, type Random, randomFor } from './random.ts';
import { group, render, svg } from './svg.ts';

const BLOCK = 120;
const ACROSS = 6;
const DOWN = 5;
const CLOTHS = [
  '#b23a48',
  '#fcb97d',
  '#2a6f97',
  '#468faf',
  '#6a994e',
  '#e9c46a',
  '#7d4f8f',
  '#264653',
];
const LINEN = '#f6efe2';

function patch(shape: string, fill: string): string {
  return `<polygon points="${shape}" fill="${fill}"/>`;
}

function pinwheel(light: string, dark: string): string[] {
  return [0, 90, 180, 270].map((turn) =>
    group(`rotate(${turn} 60 60)`, [patch('0,0 60,0 60,60', dark), patch('0,0 60,60 0,60', light)]),
  );
}

function star(light: string, dark: string): string[] {
  const points = [0, 90, 180, 270].map((turn) =>
    group(`rotate(${turn} 60 60)`, [
      patch('30,0 60,30 30,30', dark),
      patch('90,0 60,30 90,30', dark),
    ]),
  );
  return [
    patch('0,0 120,0 120,120 0,120', LINEN),
    ...points,
    patch('30,30 90,30 90,90 30,90', light),
  ];
}

function geese(light: string, dark: string): string[] {
  const rows = [0, 30, 60, 90].map((y, i) =>
    patch(`0,${y + 30} 60,${y} 120,${y + 30}`, i % 2 ? light : dark),
  );
  return [patch('0,0 120,0 120,120 0,120', LINEN), ...rows];
}

function logCabin(light: string, dark: string): string[] {
  return [0, 15, 30, 45].flatMap((inset, ring) => {
    const far = 120 - inset;
    const half = [
      `${inset},${inset} ${far},${inset} ${inset},${far}`,
      `${far},${far} ${far},${inset} ${inset},${far}`,
    ];
    const [first, second] = ring % 2 ? [LINEN, dark] : [light, dark];
    return [patch(half[0]!, first!), patch(half[1]!, ring % 2 ? light : second!)];
  });
}

function block(random: Random, column: number, row: number): string {
  const sew = [pinwheel, star, geese, logCabin][(column + row * 3 + (row >> 1)) % 4]!;
  const dark = pick(random, CLOTHS);
  const light = pick(
    random,
    CLOTHS.filter((cloth) => cloth !== dark),
  );
  const turn = Math.floor(between(random, 0, 4)) * 90;
  const place = `translate(${column * BLOCK} ${row * BLOCK}) rotate(${turn} 60 60)`;
  const stitches = `<rect x="5" y="5" width="110" height="110" fill="none" stroke="#fffaf0"
    stroke-width="1.5" stroke-dasharray="6 4"/>`;
  return group(place, [...sew(light, dark), stitches]);
}

/** A patchwork quilt of four classic blocks. */
export function drawQuilt(): Sharp {
  const random = randomFor('quilt');
  const blocks: string[] = [];
  for (let row = 0; row < DOWN; row++) {
    for (let column = 0; column < ACROSS; column++) blocks.push(block(random, column, row));
  }
  return render(svg(BLOCK * ACROSS, BLOCK * DOWN, blocks)).flatten();
}
