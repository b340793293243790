import type { Behavior } from './behavior.ts';

/** A peer that others know, and that never answers them. */
export const silentReply: Behavior = {
  description: 'Answers greetings, and says nothing to a request for a minute.',
  isReachable: true,
  onRequest() {},
};
