import type { FaultKind } from './stream-fault.ts';

/** Everything takes so much longer. */
export const latency: FaultKind = ({ latencyUs }) =>
  latencyUs > 0 ? { delayUs: () => latencyUs } : null;
