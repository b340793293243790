/**
 * Draws the pictures of `images/`, so that their licence is the project's own.
 *
 *     node scripts/draw-images.ts [--out DIR]
 *
 * Every number comes from a seeded generator and every encoder runs with fixed settings and without
 * metadata: with one version of sharp, two runs give the same bytes.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { drawAlpenglow } from './draw-images/alpenglow.ts';
import { drawAurora } from './draw-images/aurora.ts';
import { drawBalloons } from './draw-images/balloons.ts';
import { drawContours } from './draw-images/contours.ts';
import { drawCurrents } from './draw-images/currents.ts';
import { drawDunes } from './draw-images/dunes.ts';
import { drawIcon } from './draw-images/icon.ts';
import { drawLoader, LOADER_FRAMES } from './draw-images/loader.ts';
import { drawMesh } from './draw-images/mesh.ts';
import { drawNightHarbour } from './draw-images/night-harbour.ts';
import { drawPlanet } from './draw-images/planet.ts';
import { drawPond } from './draw-images/pond.ts';
import { drawQuilt } from './draw-images/quilt.ts';
import { drawSeahorse } from './draw-images/seahorse.ts';
import { drawStainedGlass } from './draw-images/stained-glass.ts';
import { drawStarfield } from './draw-images/starfield.ts';
import { drawSunflower } from './draw-images/sunflower.ts';
import { drawTiles } from './draw-images/tiles.ts';

/** A file of `images/` and how its bytes come about. */
export interface Picture {
  readonly name: string;
  readonly encode: () => Promise<Buffer>;
}

const loaderDelaysMs = Array.from({ length: LOADER_FRAMES }, () => 80);

/** All pictures, by name; one of each kind a peer meets, from a few hundred bytes to 2 MB. */
export const PICTURES: readonly Picture[] = [
  {
    name: 'alpenglow.jpg',
    encode: async () => drawAlpenglow().jpeg({ quality: 92 }).toBuffer(),
  },
  {
    name: 'aurora.avif',
    encode: async () => drawAurora().avif({ quality: 72, effort: 3 }).toBuffer(),
  },
  {
    name: 'balloons.jpg',
    encode: async () => drawBalloons().jpeg({ quality: 80 }).toBuffer(),
  },
  {
    name: 'contours.tiff',
    encode: async () =>
      drawContours().tiff({ compression: 'deflate', predictor: 'horizontal' }).toBuffer(),
  },
  {
    name: 'currents.webp',
    encode: async () => drawCurrents().webp({ quality: 84 }).toBuffer(),
  },
  {
    name: 'dunes.jpg',
    encode: async () => drawDunes().jpeg({ quality: 90, progressive: true }).toBuffer(),
  },
  { name: 'icon.svg', encode: async () => Buffer.from(drawIcon()) },
  {
    name: 'loader.gif',
    encode: async () =>
      (await drawLoader())
        .gif({ delay: loaderDelaysMs, loop: 0, colours: 32, dither: 0 })
        .toBuffer(),
  },
  { name: 'mesh.svg', encode: async () => Buffer.from(drawMesh()) },
  {
    // The one name with a space: commands, messages and pages must all cope with it.
    name: 'night harbour.jpg',
    encode: async () =>
      (await drawNightHarbour()).jpeg({ quality: 91, progressive: true }).toBuffer(),
  },
  {
    name: 'planet.webp',
    encode: async () => drawPlanet().webp({ quality: 72 }).toBuffer(),
  },
  {
    name: 'pond.avif',
    encode: async () => drawPond().avif({ quality: 55, effort: 3 }).toBuffer(),
  },
  {
    name: 'quilt.png',
    encode: async () => drawQuilt().png({ palette: true, colours: 48, dither: 0 }).toBuffer(),
  },
  {
    name: 'seahorse.png',
    encode: async () => drawSeahorse().png({ compressionLevel: 9 }).toBuffer(),
  },
  {
    name: 'stained-glass.webp',
    encode: async () => drawStainedGlass().webp({ lossless: true }).toBuffer(),
  },
  {
    name: 'starfield.png',
    encode: async () => drawStarfield().png({ compressionLevel: 9 }).toBuffer(),
  },
  {
    name: 'sunflower.gif',
    encode: async () => drawSunflower().gif({ colours: 64, dither: 0 }).toBuffer(),
  },
  {
    name: 'tiles.png',
    encode: async () => drawTiles().png({ palette: true, colours: 16, dither: 0 }).toBuffer(),
  },
];

async function describe(name: string, bytes: Buffer): Promise<string> {
  const { format, width, height, pages } = await sharp(bytes).metadata();
  const frames = pages !== undefined && pages > 1 ? ` × ${pages}` : '';
  // libvips calls AVIF by its container.
  const kind = format === 'heif' ? 'avif' : format;
  const size = `${bytes.length.toLocaleString('en')} bytes`;
  const area = `${width} × ${height}${frames}`;
  return `${name.padEnd(20)} ${kind.padEnd(5)} ${area.padEnd(14)} ${size}`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: 'string' } } });
  const folder = values.out ?? join(import.meta.dirname, '..', 'images');
  // One thread an encoder: what some of them write depends on how the work was split.
  sharp.concurrency(1);
  await mkdir(folder, { recursive: true });
  let total = 0;
  for (const { name, encode } of PICTURES) {
    const bytes = await encode();
    await writeFile(join(folder, name), bytes);
    total += bytes.length;
    console.log(await describe(name, bytes));
  }
  console.log(`${PICTURES.length} pictures, ${total.toLocaleString('en')} bytes`);
}

if (import.meta.main) await main();
