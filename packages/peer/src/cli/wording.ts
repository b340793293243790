import type { AttemptOutcome } from '../core/asking.ts';
import type { FetchResult } from '../core/fetching.ts';
import { formatAddress, type Address } from '../protocol/address.ts';
import { displaySafe } from '../protocol/display.ts';

/** `1,234,567 bytes`. */
export function formatBytes(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'byte' : 'bytes'}`;
}

/** `12.3 MB/s`; the time is in microseconds. */
export function formatRate(bytes: number, us: number): string {
  const perSecond = (bytes / Math.max(1, us)) * 1_000_000;
  for (const [unit, size] of [
    ['GB', 1e9],
    ['MB', 1e6],
    ['KB', 1e3],
  ] as const) {
    if (perSecond >= size) return `${(perSecond / size).toFixed(1)} ${unit}/s`;
  }
  return `${perSecond.toFixed(0)} B/s`;
}

/** `850 µs`, `12.3 ms`, `4.56 s`. */
export function formatTime(us: number): string {
  if (us < 1_000) return `${us} µs`;
  if (us < 1_000_000) return `${(us / 1_000).toFixed(1)} ms`;
  return `${(us / 1_000_000).toFixed(2)} s`;
}

/** `2 peers`, `1 peer`. */
export function formatPeers(count: number): string {
  return `${count} ${count === 1 ? 'peer' : 'peers'}`;
}

const COMPLETENESS = {
  whole: 'whole',
  truncated: 'truncated',
  unverified: 'unverified: this format does not say where it ends',
} as const;

const ATTEMPTS: Record<AttemptOutcome, string> = {
  found: 'has it',
  'not-found': 'does not have it',
  refused: 'refused the connection',
  timeout: 'did not answer in time',
  reset: 'broke the connection',
  'no-reply': 'closed without an answer',
  malformed: 'answered with something that is no reply',
  empty: 'sent an image without a byte',
  truncated: 'sent only a part of it',
  'too-large': 'sent more than is taken in',
  'no-space': 'sent it, but the disk is full',
  'no-permission': 'sent it, but nothing may be written there',
  io: 'sent it, but the disk would not take it',
};

/** One sentence on how a fetch ended; `folder` is where images are saved. */
export function describeResult(result: FetchResult, folder: string): string {
  const name = displaySafe(result.name, 80);
  const { image } = result;
  if (image !== null) {
    const path = `${folder}/${displaySafe(image.savedAs)}`;
    const how = `${formatBytes(image.sizeBytes)} from ${formatAddress(image.from)} in ${formatTime(result.transferUs)} (${formatRate(image.sizeBytes, result.transferUs)}), ${COMPLETENESS[image.completeness]}`;
    return image.wasThere ? `${path} was there already: ${how}.` : `Saved ${path}: ${how}.`;
  }
  switch (result.outcome) {
    case 'no-peers':
      return `Nobody to ask for "${name}": no peer has answered yet. Start one, or name one with --peer HOST:PORT.`;
    case 'cancelled':
      return `The search for "${name}" was given up.`;
    case 'not-found':
      return `Nobody has "${name}": ${summarize(result)}.`;
    default:
      if (isOurFault(result)) {
        return `"${name}" could not be saved in ${folder}: ${summarize(result)}.`;
      }
      return `"${name}" could not be fetched: ${summarize(result)}.`;
  }
}

/** Whether the image came, and our own disk would not have it. */
function isOurFault({ attempts }: FetchResult): boolean {
  const last = attempts.at(-1)?.outcome;
  return last === 'no-space' || last === 'no-permission' || last === 'io';
}

/** `127.0.0.1:9002 does not have it; 127.0.0.1:9003 did not answer in time`, or counts when many. */
function summarize({ attempts }: FetchResult): string {
  if (attempts.length <= 3) {
    return attempts
      .map(({ address, outcome, reason }) => {
        const said =
          reason === '' || reason === 'not_found' ? '' : ` ("${displaySafe(reason, 60)}")`;
        return `${formatAddress(address)} ${ATTEMPTS[outcome]}${said}`;
      })
      .join('; ');
  }
  const counts = new Map<AttemptOutcome, number>();
  for (const { outcome } of attempts) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts]
    .map(([outcome, count]) => `${count} of ${formatPeers(attempts.length)} ${ATTEMPTS[outcome]}`)
    .join('; ');
}

/** `127.0.0.1:9001, 127.0.0.1:9002 and 3 more`. */
export function listAddresses(addresses: readonly Address[]): string {
  const shown = addresses.slice(0, 4).map(formatAddress);
  const more = addresses.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
