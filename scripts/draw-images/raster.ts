import sharp, { type Sharp } from 'sharp';
import { clamp, type Colour } from './colour.ts';
import { speck } from './noise.ts';

/** Pixels as they are, three bytes each, row by row. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly rgb: Buffer;
}

/**
 * Asks `colourAt` for each pixel. `grain` is the width of the white noise in byte steps: 1 is
 * enough to break up the bands of a smooth sky, more looks like film and makes the file bigger.
 */
export function shade(
  width: number,
  height: number,
  grain: number,
  colourAt: (x: number, y: number) => Colour,
): Raster {
  const rgb = Buffer.alloc(width * height * 3);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const shift = (speck(0x9e37, x, y) - 0.5) * grain;
      for (const part of colourAt(x, y)) {
        rgb[at++] = Math.round(clamp((part * 255 + shift) / 255) * 255);
      }
    }
  }
  return { width, height, rgb };
}

/** A sharp pipeline over the pixels, which it may keep. */
export function open(raster: Raster): Sharp {
  const { width, height } = raster;
  return sharp(raster.rgb, { raw: { width, height, channels: 3 } });
}

/** The pixel nearest to the place; places outside give the pixel at the rim. */
export function sample(raster: Raster, x: number, y: number): Colour {
  const column = Math.min(raster.width - 1, Math.max(0, Math.round(x)));
  const row = Math.min(raster.height - 1, Math.max(0, Math.round(y)));
  const at = (row * raster.width + column) * 3;
  return [raster.rgb[at]! / 255, raster.rgb[at + 1]! / 255, raster.rgb[at + 2]! / 255];
}

/** What a pipeline or an SVG text shows, as opaque pixels. */
export async function pixels(source: Sharp | string): Promise<Raster> {
  const pipeline = typeof source === 'string' ? sharp(Buffer.from(source)) : source;
  const opaque = pipeline.flatten().toColourspace('srgb').raw();
  const { data, info } = await opaque.toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: data };
}
