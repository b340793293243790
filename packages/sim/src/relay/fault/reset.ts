import type { FaultKind } from './stream-fault.ts';

/** Every connection with bytes on the link is reset, whoever called, and each new one while it lasts. */
export const reset: FaultKind = ({ isReset }) => (isReset ? { resets: true } : null);
