import { makePicture } from '../picture/picture.ts';

/** Images by name, as a fuzzed peer shares them. */
export type FuzzImages = ReadonlyMap<string, Uint8Array>;

/** Names that tempt a peer to mistake one for another: each of the first three begins the next. */
const NAMES = ['cat', 'cat.png', 'cat.png.jpg', 'dog.png', 'é.png', 'a b.png'];

/** The images of a peer that the lab starts: small pictures, the same in every run. */
export function fuzzImages(): FuzzImages {
  return new Map(
    NAMES.map((name, number) => {
      const kind = name.endsWith('.jpg') ? 'jpeg' : 'png';
      return [name, makePicture({ kind, sizeBytes: 1_024 + 700 * number, seed: 1, number })];
    }),
  );
}
