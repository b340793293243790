import type { Behavior } from './behavior.ts';

/** A program that hangs: its system accepts, and nothing follows. */
export const silent: Behavior = {
  description: 'Accepts every connection and says nothing for a minute, whatever is asked.',
  isReachable: false,
  onCall() {},
};
