import { unknownWord } from './nearest.ts';
import { parseQuantity, type Reading } from './units.ts';

/** When a fault begins. */
export interface FaultTime {
  /** The phase from whose start it counts; null: the first one. */
  readonly phase: string | null;
  readonly offsetUs: number;
}

/** Reads `steady+2s`, `steady` or `10s`. */
export function parseFaultTime(text: string, phases: readonly string[]): Reading<FaultTime> {
  const plus = text.indexOf('+');
  const head = (plus < 0 ? text : text.slice(0, plus)).trim();
  if (phases.includes(head)) {
    if (plus < 0) return { ok: true, value: { phase: head, offsetUs: 0 } };
    return offset(head, text.slice(plus + 1).trim());
  }
  if (plus < 0 && /^\d/.test(head)) return offset(null, head);
  return { ok: false, problem: unknownWord('phase', head, phases) };
}

function offset(phase: string | null, written: string): Reading<FaultTime> {
  const time = parseQuantity('time', written === '0' ? 0 : written);
  return time.ok ? { ok: true, value: { phase, offsetUs: time.value } } : time;
}
