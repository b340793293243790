import type { Behavior } from './behavior.ts';
import { writeHalf } from './half-picture.ts';

/** Time for what was written to arrive. */
const BEFORE_RESET_US = 50_000;

/** A sender that breaks off. */
export const resetReply: Behavior = {
  description:
    'Answers every request with half a picture and a reset; of the image itself, where it owns it.',
  isReachable: true,
  onRequest(call, name) {
    writeHalf(call, name);
    call.after(BEFORE_RESET_US, () => call.reset());
  },
};
