import type { FaultKind } from './stream-fault.ts';

/** Each connection is reset after so many bytes, counted from when the rule began. */
export const byteLimit: FaultKind = ({ limitBytes }) => {
  if (limitBytes === 0) return null;
  let left = limitBytes;
  return {
    get isSpent() {
      return left === 0;
    },
    allowance: () => left,
    againUs: () => Infinity,
    spend(count, nowUs) {
      left -= count;
      return nowUs;
    },
  };
};
