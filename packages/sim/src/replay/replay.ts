import { statSync } from 'node:fs';
import { displaySafe } from '@imagemesh/peer';
import { JournalError, JournalReader } from '../journal/reader.ts';
import { findRequest, isShown, MOST_LATE_US, type Filter } from './filter.ts';
import { ImageBytes } from './image-bytes.ts';
import { MermaidSink } from './mermaid.ts';
import { Names } from './names.ts';
import { PcapSink } from './pcap.ts';
import { PerfettoSink } from './perfetto.ts';
import { ReplayError } from './replay-error.ts';
import type { Sink } from './sink.ts';
import { TextSink } from './text.ts';
import { Tracker } from './tracker.ts';

/** What is shown of a journal and how; text when nothing else is asked for. */
export interface ReplayOptions {
  readonly fromUs: number;
  /** Infinity: to the end. */
  readonly toUs: number;
  /** Numbers of the peers; null: all. */
  readonly peers: ReadonlySet<number> | null;
  readonly connection: number | null;
  readonly request: number | null;
  readonly withAlarms: boolean;
  readonly color: boolean;
  readonly mermaid: boolean;
  /** Files to write; null: none. */
  readonly perfetto: string | null;
  readonly pcap: string | null;
  /** The folder of the images; null: what the journal says. */
  readonly images: string | null;
}

/** Where the output goes. */
export interface Screen {
  /** What was asked for. Resolves when there is room for more. */
  print(text: string): Promise<void>;
  /** A sentence beside it. */
  note(sentence: string): void;
}

/**
 * Shows a journal, which is read as a stream. Rejects with a `JournalError` when it is damaged, after
 * what comes before the damage, and with a `ReplayError` when it cannot be shown as asked.
 */
export async function replay(
  reader: JournalReader,
  options: ReplayOptions,
  screen: Screen,
): Promise<void> {
  const filter = { ...options, request: await requestOf(reader, options.request) };
  const tracker = new Tracker();
  const images = new ImageBytes(reader.head, options.images);
  const sinks: Sink[] = [];
  try {
    openSinks(sinks, reader, tracker, images, options);
    const damage = await show(reader, filter, tracker, sinks, screen);
    const full = sinks.filter((sink) => !sink.isEmpty);
    const isNothing = damage === null && full.length < sinks.length;
    if (!isNothing) await finish(full, Math.min(tracker.nowUs, options.toUs), screen, options);
    if (images.excuse !== '') screen.note(images.excuse);
    if (damage !== null) throw damage;
    noteEnd(reader, screen);
    if (isNothing) throw new ReplayError(`Nothing in ${reader.path} matches.`);
  } finally {
    for (const sink of sinks) sink.close();
  }
}

/** Says what is missing at the end of a journal, if all of it was read. */
function noteEnd({ path, isRead, cutLine, end }: JournalReader, screen: Screen): void {
  if (!isRead) return;
  if (cutLine !== null) {
    screen.note(`${path}:${cutLine}: the last line is cut off and was left out.`);
  } else if (end === null) {
    screen.note(`${path}: the end is missing: the run was killed, or the file was cut off.`);
  } else if (end.problem !== null) {
    const problem = displaySafe(end.problem).replace(/\.$/, '');
    screen.note(`${path}: the run did not come to its end: ${problem}.`);
  }
}

async function requestOf(reader: JournalReader, number: number | null): Promise<Filter['request']> {
  if (number === null) return null;
  const request = await findRequest(reader, number);
  if (request === null) throw new ReplayError(`There is no request ${number} in ${reader.path}.`);
  return request;
}

/** Puts sinks into `sinks` one by one, so that those before one that fails can be closed. */
function openSinks(
  sinks: Sink[],
  { path, head }: JournalReader,
  tracker: Tracker,
  images: ImageBytes,
  { mermaid, perfetto, pcap, color }: ReplayOptions,
): void {
  const names = new Names(head);
  if (mermaid) sinks.push(new MermaidSink(names));
  if (perfetto !== null) sinks.push(new PerfettoSink(perfetto, names));
  if (pcap !== null) sinks.push(new PcapSink(pcap, tracker, images, statSync(path).size));
  if (sinks.length === 0) sinks.push(new TextSink(names, color));
}

/** Shows what the filter lets through. Resolves with the damage that the reading ended at, if any. */
async function show(
  reader: JournalReader,
  filter: Filter,
  tracker: Tracker,
  sinks: readonly Sink[],
  screen: Screen,
): Promise<JournalError | null> {
  const found = { ofWire: 0, ofConnection: 0 };
  try {
    for await (const events of reader.batches()) {
      for (const event of events) {
        if (event.atUs > filter.toUs + MOST_LATE_US) return null;
        const scene = tracker.take(event);
        if (scene.connection !== null) found.ofWire++;
        if (scene.connection?.number === filter.connection) found.ofConnection++;
        if (!isShown(filter, scene)) continue;
        for (const sink of sinks) sink.take(scene);
      }
      for (const sink of sinks) await print(sink.text(), screen);
    }
  } catch (error) {
    if (error instanceof JournalError) return error;
    throw error;
  }
  checkFound(found, reader, filter, sinks);
  return null;
}

async function print(text: string, screen: Screen): Promise<void> {
  if (text !== '') await screen.print(text);
}

/** What is not in the journal at all cannot be shown, whatever else is asked for. */
function checkFound(
  { ofWire, ofConnection }: { readonly ofWire: number; readonly ofConnection: number },
  { path }: JournalReader,
  { connection }: Filter,
  sinks: readonly Sink[],
): void {
  const needsWire = sinks.some((sink) => sink instanceof PcapSink || sink instanceof MermaidSink);
  if (ofWire === 0 && (needsWire || connection !== null)) {
    throw new ReplayError(
      `${path} has nothing of the wire: record it with "sim run … --runner virtual --trace FILE".`,
    );
  }
  if (connection !== null && ofConnection === 0) {
    throw new ReplayError(`There is no connection ${connection} in ${path}.`);
  }
}

/**
 * Text goes to where text goes; what was written is told there too, unless it would be in a diagram. Files
 * get their names only when nothing can go wrong any more.
 */
async function finish(
  sinks: readonly Sink[],
  endUs: number,
  screen: Screen,
  { mermaid }: ReplayOptions,
): Promise<void> {
  const texts = sinks.map((sink) => [sink, sink.finish(endUs)] as const);
  for (const sink of sinks) sink.keep();
  for (const [sink, text] of texts) {
    if (sink instanceof TextSink || sink instanceof MermaidSink) await print(text, screen);
    else if (mermaid) screen.note(text);
    else await screen.print(`${text}\n`);
  }
}
