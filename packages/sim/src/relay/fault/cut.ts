import type { FaultKind } from './stream-fault.ts';

/**
 * Nothing gets through: calls hang, streams stand still. What waits goes on when it heals. It is one-way
 * here; whoever wants both ways cut adds the rule for both.
 */
export const cut: FaultKind = (rule) => (rule.cut === null ? null : { holds: true });
