import { resolve } from 'node:path';
import { checkDistribution } from './check-distribution.ts';
import { readChurnTrace } from './churn-trace.ts';
import type { Draft } from './draft.ts';
import { exactlyOneOf } from './exactly-one.ts';
import { quoted } from './nearest.ts';
import type { ChurnSection, Sparse } from './scenario-file.ts';
import type { Path } from './tolerant.ts';

const PATTERNS = ['sessions', 'leaves', 'trace'] as const;

/** Checks `churn` of a fault, and the lines of the trace that it names. */
export function checkChurn(draft: Draft, path: Path, churn: Sparse<ChurnSection>): void {
  const pattern = exactlyOneOf(draft, path, PATTERNS);
  if (pattern !== undefined) checkAbsences(draft, path, pattern);
  checkDistribution(draft, [...path, 'sessions'], churn.sessions);
  checkDistribution(draft, [...path, 'absences'], churn.absences);
  if (churn.trace !== undefined) checkTrace(draft, [...path, 'trace'], churn.trace);
}

function checkAbsences(draft: Draft, path: Path, pattern: (typeof PATTERNS)[number]): void {
  const isGiven = draft.given(...path, 'absences');
  if (pattern !== 'trace') {
    if (!isGiven)
      draft.report([...path, pattern], `"${pattern}" needs "absences"`, { atKey: true });
  } else if (isGiven) {
    const message = '"absences" has no meaning with "trace", which says when each comes back';
    draft.report([...path, 'absences'], message, { atKey: true });
  }
}

function checkTrace(draft: Draft, path: Path, trace: string): void {
  const reading = readChurnTrace(resolve(draft.folderOf(...path), trace));
  if (reading.ok) return;
  if ('problem' in reading) {
    return draft.report(path, `the trace ${quoted(trace)} cannot be used: ${reading.problem}`);
  }
  for (const { message, ...elsewhere } of reading.problems) {
    draft.report(path, message, { elsewhere });
  }
}
