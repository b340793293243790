import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { fitsName, PictureInspector, type PictureReport } from '@imagemesh/peer';

/** Read at once: large enough to be fast, small enough to leave no trace in the memory of a run. */
const PIECE_BYTES = 2 ** 20;

/** What was found in files that have not changed since; the cells of a matrix look at the same ones. */
const known = new Map<string, PictureReport>();

/**
 * Why a peer that fetches this file would not take it in: it is not of the type that its name says, or visibly ends too
 * soon; null when neither is to be seen. Throws the system's error.
 * @param version what changes with the content of the file: its size and time
 */
export function pictureProblem(file: string, version: string): string | null {
  const key = `${file}\0${version}`;
  const report = known.get(key) ?? inspectFile(file);
  known.set(key, report);
  const { format, completeness } = report;
  if (!fitsName(format, basename(file))) {
    const what = format === 'unknown' ? 'no known picture' : format.toUpperCase();
    return `its content is ${what}, not what its name says`;
  }
  return completeness === 'truncated' ? 'the picture ends too soon' : null;
}

function inspectFile(file: string): PictureReport {
  const inspector = new PictureInspector();
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  const fd = openSync(file, 'r');
  try {
    for (let size; (size = readSync(fd, piece)) > 0;) inspector.push(piece.subarray(0, size));
  } finally {
    closeSync(fd);
  }
  return inspector.report();
}
