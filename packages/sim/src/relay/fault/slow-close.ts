import type { FaultKind } from './stream-fault.ts';

/** The end of a stream arrives so much later than its last byte. */
export const slowClose: FaultKind = ({ slowCloseUs }) =>
  slowCloseUs > 0 ? { endDelayUs: () => slowCloseUs } : null;
