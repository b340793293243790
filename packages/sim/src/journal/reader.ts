/**
 * Reads a journal back: first its head, then its events in batches, as a stream, since a trace may be
 * far larger than the memory. Whoever reads need not doubt what comes out: a line that is not what
 * `JournalFile` writes ends the reading with one sentence that names it.
 */
import { displaySafe } from '@imagemesh/peer';
import { createReadStream } from 'node:fs';
import { z } from 'zod';
import type { JournalEvent } from './event.ts';
import { readProblem } from './read-problem.ts';

/** The first line of a journal: what the numbers in its events stand for. */
export interface JournalHead {
  readonly scenario: string;
  readonly seed: number;
  /** Names of the phases, peers and images, by number. */
  readonly phases: readonly string[];
  readonly peers: readonly string[];
  readonly images: readonly JournalImage[];
  /** The folder that the images came from; null for generated ones, and where the journal does not tell. */
  readonly imagesFrom: string | null;
  /** Each fault of the plan in a few words. */
  readonly faults: readonly string[];
}

/** A picture of the run. */
export interface JournalPicture {
  /** The format of a generated one, which the seed and its number make again; absent for a file. */
  readonly picture?: 'png' | 'jpeg' | undefined;
  readonly sizeBytes: number;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** An image of the run, with its first version. */
export interface JournalImage extends JournalPicture {
  readonly name: string;
  /** Its other versions; absent where all owners hold the first. */
  readonly others?: readonly (JournalPicture & { readonly version: number })[] | undefined;
}

/** The picture that is that version of an image, from 1; undefined when there is none. */
export function pictureOf(
  image: JournalImage | undefined,
  version: number,
): JournalPicture | undefined {
  return version === 1 ? image : image?.others?.find((other) => other.version === version);
}

/** The last line of a journal that is whole. */
export interface JournalEnd {
  readonly kind: 'end';
  /** How many events stand before it. */
  readonly events: number;
  /** Why the run did not come to its end, in a few words; null: it did. */
  readonly problem: string | null;
}

/** A file that cannot be read or is no good journal; the message is one sentence for the user. */
export class JournalError extends Error {
  readonly code = 'JOURNAL_ERROR';

  constructor(message: string) {
    super(message);
    this.name = 'JournalError';
  }
}

/** The version of the format that this reads. */
const VERSION = 1;

const HOW_TO_MAKE = 'a trace is what "sim run SCENARIO --trace FILE" writes';

const CHUNK_BYTES = 64 * 1_024;

/** The head of a million peers has some 20 MB; a file that is no journal may have no line end at all. */
const LONGEST_LINE = 128 * 1_024 * 1_024;

/** A journal that has been opened; `batches` may be read more than once. */
export class JournalReader {
  readonly path: string;
  readonly head: JournalHead;
  /** Whether all has been read; the two below are known only then. */
  isRead = false;
  /** Number of the last line when that was cut off; else null. */
  cutLine: number | null = null;
  /** The end mark; null when it is missing. */
  end: JournalEnd | null = null;
  readonly #signal: AbortSignal | undefined;

  private constructor(path: string, head: JournalHead, signal?: AbortSignal) {
    this.path = path;
    this.head = head;
    this.#signal = signal;
  }

  /** Reads the head. Rejects with a `JournalError`, and here and later with the reason of `signal`. */
  static async open(path: string, signal?: AbortSignal): Promise<JournalReader> {
    for await (const { lines, isCut } of linesOf(path, signal)) {
      if (lines.length === 0) continue;
      const head = parse(lines[0]!);
      if (head === undefined && isCut) throw damaged(path, 1, 'the line is cut off');
      return new JournalReader(path, readHead(path, head), signal);
    }
    throw new JournalError(`${path} is empty; ${HOW_TO_MAKE}.`);
  }

  /**
   * The events in order, some hundreds at a time. Throws a `JournalError` at the first damaged line,
   * after all before it. A last line that is cut off is left out and noted in `cutLine`.
   */
  async *batches(): AsyncGenerator<readonly JournalEvent[], void, void> {
    let line = 0;
    this.cutLine = this.end = null;
    for await (const { lines, isCut } of linesOf(this.path, this.#signal)) {
      const events: JournalEvent[] = [];
      for (const text of lines) {
        line++;
        if (line === 1) continue;
        const event = parse(text);
        const problem = this.#take(event, line);
        if (problem === null) events.push(event as JournalEvent);
        else if (isCut && event === undefined) this.cutLine = line;
        else if (problem !== END) {
          yield events;
          throw damaged(this.path, line, problem);
        }
      }
      yield events;
    }
    this.isRead = true;
  }

  /** What is wrong with a line as an event; `END` when it is the end mark, null when nothing is. */
  #take(event: unknown, line: number): string | null {
    if (this.end !== null) return 'there is more behind its end';
    if (!isRecord(event) || event['kind'] !== 'end') return problemOf(event, this.head);
    const { events, problem } = event;
    if (!isCount(events) || !(problem === null || isText(problem)))
      return 'the end mark is no good';
    const before = line - 2;
    if (events !== before) return `it had ${events} events, of which ${before} are left`;
    this.end = { kind: 'end', events, problem };
    return END;
  }
}

/** No problem, but no event either. */
const END = 'end';

/** Whole lines as they come; at the end alone what stands behind the last line end, as `isCut`. */
async function* linesOf(
  path: string,
  signal?: AbortSignal,
): AsyncGenerator<{ lines: string[]; isCut: boolean }> {
  let rest = '';
  try {
    const stream = createReadStream(path, {
      encoding: 'utf8',
      highWaterMark: CHUNK_BYTES,
      ...(signal && { signal }),
    });
    for await (const chunk of stream as AsyncIterable<string>) {
      rest += chunk;
      if (rest.length > LONGEST_LINE)
        throw new JournalError(`${path} is no trace of a run; ${HOW_TO_MAKE}.`);
      // Joining and splitting a long line again for each chunk of it would take quadratic time.
      if (!chunk.includes('\n')) continue;
      const lines = rest.split('\n');
      rest = lines.pop()!;
      yield { lines, isCut: false };
    }
  } catch (error) {
    if (error instanceof JournalError || !isSystemError(error)) throw error;
    throw new JournalError(`${path} cannot be read: ${readProblem(error)}.`);
  }
  if (rest !== '') yield { lines: [rest], isCut: true };
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function damaged(path: string, line: number, problem: string): JournalError {
  return new JournalError(`${path}:${line}: the trace is damaged here, ${problem}.`);
}

/** Undefined for what is no JSON, which is no value of JSON itself. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const OTHER_VERSION = z.object({
  version: z.int().min(2),
  picture: z.enum(['png', 'jpeg']),
  sizeBytes: z.int().min(0),
  sha256: z.string(),
});

const HEAD = z.object({
  scenario: z.string(),
  seed: z.number(),
  phases: z.array(z.string()),
  peers: z.array(z.string()),
  images: z.array(
    z.object({
      name: z.string(),
      picture: z.enum(['png', 'jpeg']).optional(),
      sizeBytes: z.int().min(0),
      sha256: z.string(),
      others: z.array(OTHER_VERSION).optional(),
    }),
  ),
  imagesFrom: z.string().nullable().default(null),
  faults: z.array(z.string()).default([]),
});

function readHead(path: string, line: unknown): JournalHead {
  const version = isRecord(line) ? line['journal'] : undefined;
  if (version === undefined) {
    throw new JournalError(`${path}:1: this is no trace of a run; ${HOW_TO_MAKE}.`);
  }
  if (version !== VERSION) {
    const theirs = displaySafe(JSON.stringify(version), 40);
    throw new JournalError(
      `${path}:1: the trace has version ${theirs}, this sim reads ${VERSION}.`,
    );
  }
  const { data, error } = HEAD.safeParse(line);
  if (data !== undefined) return data;
  throw damaged(path, 1, `the head has no good "${error.issues[0]!.path.join('.')}"`);
}

/** The largest piece of an image that is none of the plan's, such as a lie; one line must not fill a disk. */
const MOST_INVENTED_BYTES = 2 ** 30;

type Check = (value: unknown, head: JournalHead) => boolean;

const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrNull: Check = (value) => value === null || isText(value);
const isFlag: Check = (value) => typeof value === 'boolean';
const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;
const isPeer: Check = (value, head) => isCount(value) && value < head.peers.length;
const isAnybody: Check = (value, head) => value === -1 || isPeer(value, head);
const isPhase: Check = (value, head) => isCount(value) && value < head.phases.length;
const isImage: Check = (value, head) =>
  Number.isSafeInteger(value) && (value as number) < head.images.length;
const isBase64: Check = (value) => isText(value) && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
const isImagePart: Check = (value, head) =>
  value === null ||
  (isRecord(value) &&
    isImage(value['image'], head) &&
    isCount(value['start']) &&
    isCount(value['end']) &&
    value['start'] <= value['end'] &&
    value['end'] <= mostBytes(value, head));
/** How large the image of a part is; −1 when it has no such version. */
function mostBytes({ image, version = 1 }: Record<string, unknown>, head: JournalHead): number {
  if ((image as number) < 0) return MOST_INVENTED_BYTES;
  return pictureOf(head.images[image as number], version as number)?.sizeBytes ?? -1;
}

const areAttempts: Check = (value, head) =>
  Array.isArray(value) &&
  value.every((one) => isRecord(one) && isAnybody(one['peer'], head) && isText(one['outcome']));
const areMessages = (value: unknown): boolean =>
  isRecord(value) && Object.values(value).every(isCount);
const areCounts: Check = (value) =>
  isRecord(value) && areMessages(value['sent']) && areMessages(value['received']);

/** Traces of the virtual world have none, and neither have those of before there was one. */
const isLoad: Check = (value) =>
  value === undefined ||
  (isRecord(value) &&
    Number.isFinite(value['cores']) &&
    Number.isFinite(value['loopShare']) &&
    (value['machineShare'] === null || Number.isFinite(value['machineShare'])) &&
    typeof value['isShortOfFiles'] === 'boolean');

const CONNECTION = { connection: isCount };
const KNOWLEDGE = { peer: isPeer, other: isAnybody };

/** What each event must have besides its kind and time; a kind that is missing here does not compile. */
const SHAPES: Readonly<Record<JournalEvent['kind'], Readonly<Record<string, Check>>>> = {
  'peer-up': { peer: isPeer, address: isText, hasFiles: isFlag },
  'peer-down': { peer: isPeer, isPlanned: isFlag, how: isText },
  'left-behind': { peer: isPeer, what: isText },
  'all-ended': { problem: isTextOrNull },
  'peer-paused': { peer: isPeer },
  'peer-resumed': { peer: isPeer },
  'fault-begins': { fault: isCount },
  'fault-ends': { fault: isCount },
  'phase-start': { phase: isPhase },
  'phase-end': { phase: isPhase, isComplete: isFlag },
  reached: KNOWLEDGE,
  lost: KNOWLEDGE,
  due: { request: isCount, phase: isPhase, peer: isPeer, image: isImage },
  done: {
    request: isCount,
    outcome: isText,
    from: isAnybody,
    sizeBytes: isCount,
    sha256: isText,
    attempts: areAttempts,
    isJoined: (value) => value === undefined || value === true,
  },
  counts: { peer: isPeer, counts: areCounts },
  harness: { lagUs: Number.isFinite, rssBytes: Number.isFinite, load: isLoad },
  dial: { ...CONNECTION, peer: isPeer, to: isAnybody },
  open: CONNECTION,
  bytes: {
    ...CONNECTION,
    sentUs: isCount,
    peer: isPeer,
    from: isAnybody,
    length: isCount,
    bytes: isBase64,
    image: isImagePart,
    isLast: isFlag,
  },
  close: { ...CONNECTION, peer: isPeer, cause: isText },
  alarm: { peer: isPeer },
};

const CHECKS = new Map(Object.entries(SHAPES).map(([kind, one]) => [kind, Object.entries(one)]));

/** What is wrong with a line as an event, or null. */
function problemOf(event: unknown, head: JournalHead): string | null {
  if (event === undefined) return 'the line is no JSON';
  if (!isRecord(event) || !isText(event['kind'])) return 'the line is no event';
  const { kind } = event;
  const shape = CHECKS.get(kind);
  if (shape === undefined)
    return `there is no kind of event ${JSON.stringify(displaySafe(kind, 40))}`;
  if (!isCount(event['atUs'])) return `the "${kind}" event has no good "atUs"`;
  for (const [field, check] of shape) {
    if (!check(event[field], head)) return `the "${kind}" event has no good "${field}"`;
  }
  if (kind === 'bytes' && !isAllThere(event)) return 'its bytes are not as many as it says';
  return null;
}

function isAllThere({ length, bytes, image }: Record<string, unknown>): boolean {
  const part = image as { start: number; end: number } | null;
  const ofImage = part === null ? 0 : part.end - part.start;
  return length === Buffer.byteLength(bytes as string, 'base64') + ofImage;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
