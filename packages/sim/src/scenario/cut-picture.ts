import { closeSync, openSync, readSync } from 'node:fs';
import { PictureInspector } from '@imagemesh/peer';

/** Read at once: large enough to be fast, small enough to leave no trace in the memory of a run. */
const PIECE_BYTES = 2 ** 20;

/** Verdicts on files that have not changed since; the cells of a matrix look at the same ones. */
const known = new Map<string, boolean>();

/**
 * Whether a picture visibly ends too soon, as a peer that fetches it would find. Of a format that does not
 * say where it ends, or of no picture at all, that cannot be seen. Throws the system's error.
 * @param version what changes with the content of the file: its size and time
 */
export function isCutPicture(file: string, version: string): boolean {
  const key = `${file}\0${version}`;
  const found = known.get(key) ?? inspectFile(file) === 'truncated';
  known.set(key, found);
  return found;
}

function inspectFile(file: string): string {
  const inspector = new PictureInspector();
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  const fd = openSync(file, 'r');
  try {
    for (let size; (size = readSync(fd, piece)) > 0;) inspector.push(piece.subarray(0, size));
  } finally {
    closeSync(fd);
  }
  return inspector.report().completeness;
}
