import type { Behavior } from './behavior.ts';
import { drip } from './drip.ts';
import { slowReply } from './slow-reply.ts';

/** A peer so slow that others should never come to know it. */
export const slowWriter: Behavior = {
  ...slowReply,
  description: 'Answers everything with one byte a second for a minute, greetings too.',
  isReachable: false,
  onGreeting: (call) => drip(call, call.list),
};
