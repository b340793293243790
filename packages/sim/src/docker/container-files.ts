import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { createHash } from 'node:crypto';
import { extract, pack } from 'tar-stream';
import { MOST_BYTES } from '../runner/foreign-peer.ts';
import { NO_FILE, type SavedFile } from '../runner/prompt-dialog.ts';

/** Where the images of a peer are in its container: no volume, so that they are there when it starts again. */
export const IMAGES_PATH = '/lab/images';

/**
 * An archive that puts the files of a folder into the images folder of a container, as those of a user; null: of
 * anybody.
 */
export function imagesArchive(folder: string, user: number | null): Readable {
  const tar = pack();
  const owner = { uid: user ?? 0, gid: user ?? 0 };
  const [folderMode, fileMode] = user === null ? [0o777, 0o666] : [0o755, 0o644];
  for (const path of ['lab', IMAGES_PATH.slice(1)]) {
    tar.entry({ name: path, type: 'directory', mode: folderMode, ...owner });
  }
  for (const name of readdirSync(folder)) {
    const path = `${IMAGES_PATH.slice(1)}/${name}`;
    tar.entry({ name: path, mode: fileMode, ...owner }, readFileSync(join(folder, name)));
  }
  tar.finalize();
  return Readable.from(tar);
}

/** The SHA-256 of each file of an archive, by its name without folders, read as it comes. */
export async function hashesIn(archive: Readable): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  const tar = extract();
  archive.on('error', (error) => tar.destroy(error));
  archive.pipe(tar);
  for await (const entry of tar) {
    if (entry.header.type === 'file') hashes.set(basename(entry.header.name), await hashOf(entry));
    else entry.resume();
  }
  return hashes;
}

async function hashOf(bytes: AsyncIterable<unknown>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of bytes) hash.update(piece as Uint8Array);
  return hash.digest('hex');
}

/** What the only file of an archive holds, read as it comes; nothing where it is no file, or larger than any image. */
export async function savedFileIn(archive: Readable): Promise<SavedFile> {
  const tar = extract();
  archive.on('error', (error) => tar.destroy(error));
  archive.pipe(tar);
  try {
    for await (const entry of tar) {
      const { type, size = 0 } = entry.header;
      if (type !== 'file' || size > MOST_BYTES) return NO_FILE;
      return { sizeBytes: size, sha256: await hashOf(entry) };
    }
    return NO_FILE;
  } finally {
    // The rest of it is of no interest.
    archive.destroy();
  }
}
