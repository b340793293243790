import { RES } from '@imagemesh/peer';
import type { Behavior } from './behavior.ts';
import type { Call } from './call.ts';

/** One piece, shared by all replies. */
const PIECE = new Uint8Array(1_024 * 1_024);

/** Not as fast as the transport takes it: in the virtual world that is for ever at one moment. */
const EVERY_US = 1_000;

/** A sender that never comes to an end; it must not fill memory or disk. */
export const endlessReply: Behavior = {
  description:
    'Answers every request with bytes without an end, up to 1 MiB a millisecond, for a minute.',
  isReachable: true,
  onRequest(call) {
    call.write(RES);
    pour(call);
  },
};

function pour(call: Call): void {
  if (!call.isBlocked) call.write(PIECE);
  call.after(EVERY_US, () => pour(call));
}
