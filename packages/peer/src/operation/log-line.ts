import { displaySafe } from '../protocol/display.ts';

/** Fields that stand elsewhere in a line, or say nothing to a person. */
const APART = new Set(['level', 'time', 'pid', 'event', 'msg']);

/**
 * A line of the log, which is JSON, as a person reads it at a terminal:
 * `21:04:05 INFO  Sent an image. peer=127.0.0.1:5000 name=cat.png bytes=1000`. (pino-pretty does more, with
 * thirteen packages more.)
 */
export function prettyLine(json: string): string {
  const line = JSON.parse(json) as Record<string, unknown>;
  const time = String(line['time']).slice(11, 19);
  const level = String(line['level']).toUpperCase().padEnd(5);
  const fields = Object.entries(line)
    .filter(([key]) => !APART.has(key))
    .map(([key, value]) => `${key}=${displaySafe(String(value), 300)}`);
  return [time, level, line['msg'], ...fields].join(' ');
}
