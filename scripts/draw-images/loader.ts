import sharp, { type Sharp } from 'sharp';
import { css, hex, mix } from './colour.ts';
import { disc, render, svg } from './svg.ts';

const SIZE = 96;
const DOTS = 12;

/** The picture's frames. */
export const LOADER_FRAMES: number = 12;

function frame(index: number): string {
  const dots = Array.from({ length: DOTS }, (_, dot) => {
    const angle = (dot / DOTS) * Math.PI * 2;
    const behind = (((index / LOADER_FRAMES - dot / DOTS) % 1) + 1) % 1;
    const bright = (1 - behind) ** 2;
    const colour = css(mix(hex('#24304f'), mix(hex('#5fb4ff'), hex('#4fe3c1'), bright), bright));
    return disc(48 + Math.cos(angle) * 30, 48 + Math.sin(angle) * 30, 3.5 + bright * 3.5, colour);
  });
  return svg(SIZE, SIZE, [`<rect width="${SIZE}" height="${SIZE}" fill="#101828"/>`, ...dots]);
}

/** A ring of dots with a light that runs round; a pipeline of all its frames. */
export async function drawLoader(): Promise<Sharp> {
  const frames: Buffer[] = [];
  for (let index = 0; index < LOADER_FRAMES; index++) {
    frames.push(await render(frame(index)).flatten().png().toBuffer());
  }
  return sharp(frames, { join: { animated: true } });
}
