import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';

/** Where the images of a peer are in its container: no volume, so that they are there when it starts again. */
export const IMAGES_PATH = '/lab/images';

/** An archive that puts the files of a folder into the images folder of a container, as those of a user. */
export function imagesArchive(folder: string, user: number): Readable {
  const tar = pack();
  const owner = { uid: user, gid: user };
  for (const path of ['lab', IMAGES_PATH.slice(1)]) {
    tar.entry({ name: path, type: 'directory', mode: 0o755, ...owner });
  }
  for (const name of readdirSync(folder)) {
    const path = `${IMAGES_PATH.slice(1)}/${name}`;
    tar.entry({ name: path, mode: 0o644, ...owner }, readFileSync(join(folder, name)));
  }
  tar.finalize();
  return Readable.from(tar);
}
