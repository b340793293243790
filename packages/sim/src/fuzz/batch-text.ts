/** Batches as text: files of a corpus in JSON, bytes in Latin-1. */
import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Batch } from './batch.ts';
import { latin1 } from './plain-answer.ts';

const bytes = z.string().regex(/^[\0-\u00ff]*$/, 'expected bytes, each a character up to U+00FF');

const stream = z.strictObject({
  pieces: z.array(bytes).max(1_000),
  pauseMs: z.number().int().min(0).max(3_600_000),
  ending: z.enum(['wait', 'end', 'reset']),
});

const batch = z.strictObject({
  calls: z.array(stream).max(100),
  replies: z.array(stream).max(100),
  fetch: z.string().nullable(),
});

/** The text of a file that holds one batch. */
export function encodeBatch(batch: Batch): string {
  return `${escaped(JSON.stringify(written(batch), null, 2))}\n`;
}

/** The name of its file: what is in it, however that is laid out. */
export function batchName(batch: Batch): string {
  return `${hash('sha256', JSON.stringify(written(batch))).slice(0, 12)}.json`;
}

function written({ calls, replies, fetch }: Batch): object {
  const streams = (some: Batch['calls']): object[] =>
    some.map(({ pieces, pauseMs, ending }) => ({ pieces: pieces.map(latin1), pauseMs, ending }));
  return { calls: streams(calls), replies: streams(replies), fetch };
}

/** Reads such a text. Throws an `Error` whose message says in a sentence what is wrong with it. */
export function decodeBatch(text: string): Batch {
  const read = batch.safeParse(parsed(text));
  if (read.success)
    return { ...read.data, calls: decoded(read.data.calls), replies: decoded(read.data.replies) };
  const [issue] = read.error.issues;
  const place = issue!.path.length === 0 ? 'the whole' : issue!.path.join('.');
  throw new Error(`${place}: ${issue!.message}`);
}

function decoded(streams: z.infer<typeof batch>['calls']): Batch['calls'] {
  return streams.map((one) => ({
    ...one,
    pieces: one.pieces.map((piece) => Buffer.from(piece, 'latin1')),
  }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`it is no JSON (${(error as Error).message})`, { cause: error });
  }
}

/** What is not printable ASCII is escaped, so that such a file can be looked at anywhere. */
function escaped(json: string): string {
  return json.replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
