import type { PictureFormat } from './report.ts';

/**
 * What a name with this ending says that its bytes are. `mif1` pictures count as AVIF (iso-media.ts), and a
 * telephone gives its HEIC pictures that brand too.
 */
const FORMATS: ReadonlyMap<string, readonly PictureFormat[]> = new Map([
  ['png', ['png']],
  ['jpg', ['jpeg']],
  ['jpeg', ['jpeg']],
  ['gif', ['gif']],
  ['webp', ['webp']],
  ['avif', ['avif']],
  ['heic', ['heic', 'avif']],
  ['heif', ['heic', 'avif']],
  ['tif', ['tiff']],
  ['tiff', ['tiff']],
  ['svg', ['svg']],
]);

/**
 * Whether a picture of this format may be called `name`. A name without an ending that is known here says
 * nothing about its bytes, so they may be anything.
 */
export function fitsName(format: PictureFormat, name: string): boolean {
  const dot = name.lastIndexOf('.');
  if (dot < 0) return true;
  return FORMATS.get(name.slice(dot + 1).toLowerCase())?.includes(format) ?? true;
}
