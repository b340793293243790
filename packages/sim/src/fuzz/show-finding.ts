/** A finding in plain lines: what was wrong, what was said as messages and as bytes, and what came back. */
import type { Stream } from './batch.ts';
import type { Finding, Problem } from './fuzzer.ts';
import type { Heard } from './judge.ts';
import { latin1 } from './plain-answer.ts';

/** Bytes of a reply that are shown; those of what was sent are all shown, up to ten times as many. */
const SHOWN_BYTES = 64;

/** Of a message that is shown as text, so that its line fits into 80. */
const READABLE_COLUMNS = 50;

const ENDINGS = { wait: 'waits', end: 'ends its side', reset: 'resets the connection' } as const;
const CLOSES = {
  end: 'the peer ends',
  reset: 'the peer resets the connection',
  refused: 'the peer refuses the connection',
  left: 'the fuzzer leaves',
} as const;

/** The lines, without colours; those of bytes have 78 columns at most. Of many calls those that went well are left out. */
export function findingLines({ batch, problems, observation }: Finding): string[] {
  const { calls, replies, fetch } = batch;
  const wrong = problems.map(({ call }) => call).filter((call) => call !== null);
  const shown = calls.map((_, i) => i).filter((i) => wrong.length === 0 || wrong.includes(i));
  const left = calls.length - shown.length;
  return [
    ...problems.map(problemLine),
    ...shown.flatMap((i) => [
      '',
      `Call ${i + 1}`,
      ...streamLines(calls[i]!),
      ...heardLines(observation.heard[i]!),
    ]),
    ...(left === 0
      ? []
      : ['', `Beside ${left} more at the same time, which were answered as they should be.`]),
    ...replies.flatMap((reply, i) => [
      '',
      `What it hears when it calls, ${i + 1}`,
      ...streamLines(reply),
    ]),
    ...(fetch === null ? [] : ['', `It is told to get ${JSON.stringify(fetch)} from the fuzzer.`]),
  ];
}

function problemLine({ call, text }: Problem): string {
  return call === null ? `The peer ${text}.` : `Call ${call + 1}: the peer ${text}.`;
}

function streamLines({ pieces, pauseMs, ending }: Stream): string[] {
  const pause = pauseMs === 0 ? '' : `  (${pauseMs} ms between pieces)`;
  return [
    ...pieces.flatMap((piece) => [`  > ${readable(piece)}`, ...hexdump(piece, 10 * SHOWN_BYTES)]),
    `  > ${ENDINGS[ending]}${pause}`,
  ];
}

function heardLines({ reply, close }: Heard): string[] {
  const said = reply.length === 0 ? [] : [`  < ${readable(reply)}`, ...hexdump(reply, SHOWN_BYTES)];
  return [...said, `  < ${CLOSES[close]}`];
}

/** The beginning of a message as text that no terminal acts on, and how long it is when that is not all. */
function readable(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const more = shown(byte);
    if (text.length + more.length > READABLE_COLUMNS) return `"${text}" … ${bytes.length} bytes`;
    text += more;
  }
  return `"${text}"`;
}

function shown(byte: number): string {
  const name = NAMED[byte];
  if (name !== undefined) return name;
  const isPrintable = byte >= 0x20 && byte < 0x7f;
  return isPrintable ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
}

const NAMED: Readonly<Record<number, string>> = {
  10: '\\n',
  13: '\\r',
  34: '\\"',
  92: '\\\\',
};

/** Lines as those of `hexdump -C`, from the first byte on; `*` stands for lines like the one before. */
export function hexdump(bytes: Uint8Array, most: number): string[] {
  const lines: string[] = [];
  let before = '';
  for (let at = 0; at < Math.min(bytes.length, most); at += 16) {
    const row = bytes.subarray(at, Math.min(at + 16, most));
    const shown = rowText(row);
    const line = `    ${at.toString(16).padStart(4, '0')}  ${shown}`;
    if (shown !== before) lines.push(line);
    else if (lines.at(-1) !== SAME) lines.push(SAME);
    before = shown;
  }
  if (bytes.length > most) lines.push(`    … ${bytes.length - most} bytes more`);
  return lines;
}

const SAME = '    *';

function rowText(row: Uint8Array): string {
  const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `${hex.padEnd(47)}  ${latin1(row).replaceAll(/[^ -~]/g, '.')}`;
}
