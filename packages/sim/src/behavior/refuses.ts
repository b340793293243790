import type { Behavior } from './behavior.ts';

/** A firewall that changed its mind: connections are made and lost at once. */
export const refuses: Behavior = {
  description: 'Accepts every connection and resets it at once.',
  isReachable: false,
  onCall: (call) => call.reset(),
};
