import type { AttemptOutcome } from '../core/asking.ts';
import type { FetchedImage, FetchResult } from '../core/fetching.ts';
import { formatAddress, type Address } from '../protocol/address.ts';
import { displaySafe } from '../protocol/display.ts';

/** `1,234,567 bytes`. */
export function formatBytes(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'byte' : 'bytes'}`;
}

/** `12.3 MB`. */
export function formatShortBytes(count: number): string {
  for (const [unit, size] of [
    ['GB', 1e9],
    ['MB', 1e6],
    ['KB', 1e3],
  ] as const) {
    if (count >= size) return `${(count / size).toFixed(1)} ${unit}`;
  }
  return `${count.toFixed(0)} B`;
}

/** `12.3 MB/s`; the time is in microseconds. */
export function formatRate(bytes: number, us: number): string {
  return `${formatShortBytes((bytes / Math.max(1, us)) * 1_000_000)}/s`;
}

/** `45 s`, `12 min 5 s`, `3 h 20 min`, `2 d 3 h`. */
export function formatUptime(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes === 0) return `${seconds} s`;
  if (hours === 0) return `${minutes} min ${seconds % 60} s`;
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** `2 images`, `1 image`. */
export function formatImages(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'image' : 'images'}`;
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

/** What speaks for an image being all of it. */
function describeAssurance({ assurance, agreedBy }: FetchedImage): string {
  if (assurance === 'agreed') return `agreed by ${formatPeers(agreedBy)}`;
  return assurance === 'whole' ? 'whole' : 'unverified: this format does not say where it ends';
}

const ATTEMPTS: Record<AttemptOutcome, string> = {
  found: 'has it',
  'not-found': 'does not have it',
  'not-needed': 'was not needed any more',
  refused: 'refused the connection',
  timeout: 'did not answer in time',
  reset: 'broke the connection',
  'no-reply': 'closed without an answer',
  malformed: 'answered with something that is no reply',
  empty: 'sent an image without a byte',
  'wrong-type': 'sent something else than the name says',
  truncated: 'sent only a part of it',
  'too-large': 'sent more than is taken in (limit imageBytes)',
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
    const how = `${formatBytes(image.sizeBytes)} from ${formatAddress(image.from)} in ${formatTime(result.transferUs)} (${formatRate(image.sizeBytes, result.transferUs)}), ${describeAssurance(image)}`;
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
      return `"${name}" could not be fetched: ${summarize(result)}${wayOut(result)}.`;
  }
}

/** What can be done about an image that is of another type than its name says. */
function wayOut({ attempts }: FetchResult): string {
  const isWrong = attempts.some(({ outcome }) => outcome === 'wrong-type');
  return isWrong ? '; --any-type saves it all the same' : '';
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

/** `127.0.0.1:9001, 127.0.0.1:9002 and 3 more`; `nobody` for none. */
export function listAddresses(addresses: readonly Address[]): string {
  if (addresses.length === 0) return 'nobody';
  const shown = addresses.slice(0, 4).map(formatAddress);
  const more = addresses.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** Names that `list` shows at most; `p2p check` shows all. */
const MOST_LISTED = 200;

/** The images of a folder, one a line. */
export function describeImages(names: readonly string[], folder: string): string {
  if (names.length === 0) {
    return `No image in ${folder}/ yet: put some there, they are noticed at once.`;
  }
  const more = names.length - MOST_LISTED;
  const lines = names.slice(0, MOST_LISTED).map((name) => displaySafe(name));
  if (more > 0)
    lines.push(`… and ${more.toLocaleString('en-US')} more: p2p check ${folder} shows all.`);
  return lines.join('\n');
}

/** The peers in touch, one a line. */
export function describePeers(addresses: readonly Address[]): string {
  if (addresses.length > 0) return addresses.map(formatAddress).join('\n');
  return 'No other peer has answered yet: start one, or name one with --peer HOST:PORT.';
}

/** What `help` says at the prompt. */
export const PROMPT_HELP = `NAME        fetch the image of that name from whoever has it
get NAME    the same, also when the image is called like a command
list        the images that are shared
peers       the peers in touch
stats       what was sent and fetched so far
help        this
exit        end; so do Ctrl-C and Ctrl-D at an empty prompt
Tab completes names, the arrow keys bring back earlier lines, and Ctrl-C gives
up the image that is being fetched.`;
