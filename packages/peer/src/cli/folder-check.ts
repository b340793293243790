/** Looks at a folder as a peer would, and at each file as the peers would that fetch it. Changes nothing. */
import * as fs from 'node:fs/promises';
import { constants, type Stats } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '../core/options.ts';
import type { NameProblem } from '../protocol/image-name.ts';
import { fitsName, PictureInspector, type PictureReport } from '../protocol/picture.ts';
import { ImageIndex, type RefusedFile } from '../storage/image-index.ts';

/** Why something is not shared, or is of little use to others. */
export type FileProblem =
  | NameProblem
  | 'hidden'
  | 'same-name-as-another'
  | 'link'
  | 'folder'
  | 'pipe'
  | 'socket'
  | 'device'
  | 'empty'
  | 'unreadable'
  | 'not-a-picture'
  | 'wrong-type'
  | 'cut-off'
  | 'too-large';

/** One entry of a folder. */
export interface CheckedFile {
  /** As the folder has it; make it safe before showing it. */
  readonly name: string;
  /** `doubtful`: it is shared, and other peers may not keep it. */
  readonly status: 'shared' | 'doubtful' | 'refused';
  readonly why: FileProblem | null;
  /** Null when it is not shared. */
  readonly sizeBytes: number | null;
  /** Null when it is not shared. */
  readonly picture: PictureReport | null;
}

/** Looks at all that is in a folder, in the order of the names. Rejects with the system's error when it cannot be read. */
export async function checkFolder(folder: string): Promise<CheckedFile[]> {
  const index = await ImageIndex.read(folder);
  const checked: CheckedFile[] = [];
  for (const file of index.refused) {
    checked.push(refused(file.name, await whyRefused(folder, file)));
  }
  // One after the other: a folder can have more files than a process may open.
  for (const name of index.names()) checked.push(await checkFile(folder, name));
  return checked.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function refused(name: string, why: FileProblem): CheckedFile {
  return { name, status: 'refused', why, sizeBytes: null, picture: null };
}

async function whyRefused(folder: string, { name, why }: RefusedFile): Promise<FileProblem> {
  if (why !== 'not-a-regular-file') return why;
  const stats = await fs.lstat(join(folder, name)).catch(() => null);
  return stats === null ? 'unreadable' : kindOf(stats);
}

function kindOf(stats: Stats): FileProblem {
  if (stats.isSymbolicLink()) return 'link';
  if (stats.isDirectory()) return 'folder';
  if (stats.isFIFO()) return 'pipe';
  return stats.isSocket() ? 'socket' : 'device';
}

async function checkFile(folder: string, name: string): Promise<CheckedFile> {
  try {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    await using file = await fs.open(join(folder, name), flags);
    const { size } = await file.stat();
    if (size === 0) return refused(name, 'empty');
    const picture = await inspect(file);
    const why = doubt(name, size, picture);
    return { name, status: why === null ? 'shared' : 'doubtful', why, sizeBytes: size, picture };
  } catch {
    // A name that is no UTF-8 comes out of the folder changed, and then is not found there.
    return refused(name, name.includes('\ufffd') ? 'invalid-utf8' : 'unreadable');
  }
}

async function inspect(file: fs.FileHandle): Promise<PictureReport> {
  const inspector = new PictureInspector();
  const buffer = Buffer.allocUnsafe(64 * 1_024);
  for (;;) {
    const { bytesRead } = await file.read(buffer);
    if (bytesRead === 0) return inspector.report();
    inspector.push(buffer.subarray(0, bytesRead));
  }
}

function doubt(
  name: string,
  sizeBytes: number,
  { format, completeness }: PictureReport,
): FileProblem | null {
  if (format === 'unknown') return 'not-a-picture';
  if (!fitsName(format, name)) return 'wrong-type';
  if (completeness === 'truncated') return 'cut-off';
  return sizeBytes > DEFAULT_LIMITS.imageBytes ? 'too-large' : null;
}
