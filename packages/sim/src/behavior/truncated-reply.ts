import type { Behavior } from './behavior.ts';
import { writeHalf } from './half-picture.ts';

/** A sender that dies politely: a clean end in the middle looks like the whole. */
export const truncatedReply: Behavior = {
  description:
    'Answers every request with half a picture and a clean end; of the image itself, where it owns it.',
  isReachable: true,
  onRequest(call, name) {
    writeHalf(call, name);
    call.end();
  },
};
