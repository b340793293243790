/** A layer of an image: a tar whose bytes depend on nothing but its files. */
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pack, type Header } from 'tar-stream';

/** A file of the image, or a folder of its own kind. */
export interface ImageFile {
  /** Absolute. */
  readonly path: string;
  readonly mode: number;
  /** Null: a folder. */
  readonly content: Uint8Array | null;
  /** User and group; 0 unless told. */
  readonly owner?: number;
}

/** A layer as an engine takes it. */
export interface Layer {
  readonly tar: Uint8Array;
  /** SHA-256 of the tar, in hexadecimal. */
  readonly digest: string;
}

/** Makes a layer of files and the folders that they need, in the order of their paths. */
export async function makeLayer(files: readonly ImageFile[]): Promise<Layer> {
  const all = [...folders(files), ...files].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const tar = await makeTar(all);
  return { tar, digest: sha256(tar) };
}

/** Puts files into a tar, in the order given, without times. */
export async function makeTar(files: readonly ImageFile[]): Promise<Uint8Array> {
  const tar = pack();
  const whole = buffer(tar);
  for (const { path, mode, content, owner = 0 } of files) {
    const header: Partial<Header> & { name: string } = {
      name: path.slice(1),
      mode,
      uid: owner,
      gid: owner,
      mtime: new Date(0),
      type: content === null ? 'directory' : 'file',
    };
    tar.entry(header, Buffer.from(content ?? []));
  }
  tar.finalize();
  return await whole;
}

/** In hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Folders that files lie in and that are not listed themselves. */
function folders(files: readonly ImageFile[]): ImageFile[] {
  const listed = new Set(files.map(({ path }) => path));
  const needed = new Set<string>();
  for (const { path } of files) {
    for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) {
      if (!listed.has(folder)) needed.add(folder);
    }
  }
  return [...needed].map((path) => ({ path, mode: 0o755, content: null }));
}
