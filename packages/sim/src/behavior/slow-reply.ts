import { ERR_NOT_FOUND, RES } from '@imagemesh/peer';
import type { Behavior } from './behavior.ts';
import { drip } from './drip.ts';

/** A peer that others know, and that answers too slowly to be waited for. */
export const slowReply: Behavior = {
  description: 'Answers greetings at once, and requests with one byte a second for a minute.',
  isReachable: true,
  onRequest(call, name) {
    const image = call.readImage(name);
    // A minute is over long before the first of the image's own bytes are.
    drip(call, image === null ? ERR_NOT_FOUND : Buffer.concat([RES, image.subarray(0, 64)]));
  },
};
