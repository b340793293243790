import { RES } from '@imagemesh/peer';
import type { Call } from './call.ts';
import { WRONG_PICTURE } from './wrong-picture.ts';

/** Writes the head of a reply and half of the image, or of another picture when the peer does not own it. */
export function writeHalf(call: Call, name: string): void {
  const image = call.readImage(name) ?? WRONG_PICTURE;
  call.write(RES, image.subarray(0, image.length >> 1));
}
