import { RES } from '@imagemesh/peer';
import type { Behavior } from './behavior.ts';

/** A bad disk or a bad wire: nearly right, and only a hash of the whole tells. */
export const corruptedBytes: Behavior = {
  description: 'Sends its images with the byte in the middle changed.',
  isReachable: true,
  onRequest(call, name) {
    const image = call.readImage(name);
    if (image === null) return call.behave();
    const middle = image.length >> 1;
    const changed = Uint8Array.of(image[middle]! ^ 0xff);
    call.say(RES, image.subarray(0, middle), changed, image.subarray(middle + 1));
  },
};
