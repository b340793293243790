import type { FaultKind } from './stream-fault.ts';

/** Tries are lost, each by itself; what comes of that is the flow's part. */
export const loss: FaultKind = ({ loss: share }, { random }) => {
  if (share === 0) return null;
  const lostBelow = Math.floor(share * 2 ** 32);
  return { loses: () => random.next32() < lostBelow };
};
