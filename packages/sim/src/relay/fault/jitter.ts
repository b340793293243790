import type { FaultKind } from './stream-fault.ts';

/** Everything takes up to so much longer, drawn anew for each flight. Nothing is overtaken by it. */
export const jitter: FaultKind = ({ jitterUs }, { random }) =>
  jitterUs > 0 ? { delayUs: () => random.below(jitterUs + 1) } : null;
