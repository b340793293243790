/**
 * An event as a line of JSON. What there are millions of is written out by hand, since `JSON.stringify` was a fifth
 * of a traced run: the keys are known, and all values are numbers or words that need no escape.
 */
import type { ImagePart, JournalEvent, WireBytes } from './event.ts';

/** The event as JSON, without a line end: the very text that `JSON.stringify` would give. */
export function eventLine(event: JournalEvent): string {
  switch (event.kind) {
    case 'bytes':
      return bytesLine(event);
    case 'close':
      return `${placeOf(event)},"peer":${event.peer},"cause":"${event.cause}"}`;
    case 'dial':
      return `${placeOf(event)},"peer":${event.peer},"to":${event.to}}`;
    case 'open':
      return `${placeOf(event)}}`;
    case 'alarm':
      return `{"kind":"alarm","atUs":${event.atUs},"peer":${event.peer}}`;
    default:
      return JSON.stringify(event);
  }
}

function bytesLine(event: WireBytes): string {
  const { atUs, sentUs, connection, peer, from, length, bytes, image, isLast } = event;
  return (
    `{"kind":"bytes","atUs":${atUs},"sentUs":${sentUs},"connection":${connection},"peer":${peer},` +
    `"from":${from},"length":${length},"bytes":"${bytes}","image":${image === null ? 'null' : partText(image)},` +
    `"isLast":${isLast}}`
  );
}

function partText({ image, start, end, version }: ImagePart): string {
  const ofVersion = version === undefined ? '' : `,"version":${version}`;
  return `{"image":${image},"start":${start},"end":${end}${ofVersion}}`;
}

interface OnConnection {
  readonly kind: string;
  readonly atUs: number;
  readonly connection: number;
}

function placeOf({ kind, atUs, connection }: OnConnection): string {
  return `{"kind":"${kind}","atUs":${atUs},"connection":${connection}`;
}
