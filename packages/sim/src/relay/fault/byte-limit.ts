import type { FaultKind } from './stream-fault.ts';

/** Each connection is reset when it has more than so many bytes, counted from when the rule began. */
export const byteLimit: FaultKind = ({ limitBytes }) => {
  if (limitBytes === 0) return null;
  let left = limitBytes;
  let isSpent = false;
  return {
    get isSpent() {
      return isSpent;
    },
    allowance() {
      // A stream that ends here has kept the limit; one that has more to say has not.
      isSpent = left === 0;
      return left;
    },
    againUs: () => Infinity,
    spend(count, nowUs) {
      left -= count;
      return nowUs;
    },
  };
};
