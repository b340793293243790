import type { FaultKind } from './stream-fault.ts';

/** Every connection that was called on the link is reset, and each new one while it lasts. */
export const reset: FaultKind = ({ isReset }) => (isReset ? { resets: true } : null);
