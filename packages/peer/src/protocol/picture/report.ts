/** Formats that are told apart by their first bytes. */
export type PictureFormat =
  | 'png'
  | 'jpeg'
  | 'gif'
  | 'webp'
  | 'avif'
  | 'heic'
  | 'tiff'
  | 'svg'
  | 'unknown';

/**
 * `whole`: the format's own end was seen, whatever follows it; `truncated`: it was not; `unverified`:
 * this format does not say where it ends.
 */
export type Completeness = 'whole' | 'truncated' | 'unverified';

/** What a picture's bytes say about it. */
export interface PictureReport {
  readonly format: PictureFormat;
  readonly completeness: Completeness;
}

/**
 * Follows the structure of one format, in any pieces. A walker skips what it need not read, keeps no
 * bytes that it was given and allocates no more than 64 KiB on the way.
 */
export interface Walker {
  /** Takes the next bytes; `offset` is where they stand in the picture, which starts at 0. */
  push(bytes: Uint8Array, offset: number): void;
  /** The verdict when the picture ends after `size` bytes, which are those that were pushed. */
  report(size: number): PictureReport;
}

/** The report on a format that says where it ends. */
export function reportOn(format: PictureFormat, isWhole: boolean): PictureReport {
  return { format, completeness: isWhole ? 'whole' : 'truncated' };
}
