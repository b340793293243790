import type { FaultKind } from './stream-fault.ts';

/**
 * Connections that are open lose their other end without a word, as when a machine loses its power:
 * nothing gets through any more, in both directions, and neither end is told. New ones work.
 */
export const halfOpen: FaultKind = ({ isHalfOpen }, { isOpen }) =>
  isHalfOpen && isOpen ? { strands: true } : null;
