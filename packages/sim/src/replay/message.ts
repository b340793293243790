import { displaySafe } from '@imagemesh/peer';
import { pictureOf } from '../journal/reader.ts';
import { showNumber } from '../result/show-figure.ts';
import { requestedName } from './filter.ts';
import type { Names } from './names.ts';
import type { Piece, Side, TracedConnection } from './tracker.ts';

/** What kind of message a stream carries; `other` is none of the protocol, or only its beginning. */
export type MessageKind = 'HELLO' | 'PEERS' | 'REQ' | 'RES' | 'ERR' | 'other';

const LONGEST = 120;

/** The kind of message that begins with these bytes. */
export function kindOf(words: Buffer): MessageKind {
  const verb = /^(HELLO|PEERS|REQ|RES|ERR)(?=[: ]|$)/.exec(words.toString('latin1', 0, 8))?.[1];
  return (verb as MessageKind | undefined) ?? 'other';
}

/** A piece of a stream in the wire's own words: `REQ: cat.png`, `RES: cat.png 0–16384 of 41896`. */
export function tellPiece(piece: Piece, connection: TracedConnection, names: Names): string {
  const { event, from, to, offset } = piece;
  const late = to.closed === null ? '' : ', too late';
  // The first packet of a caller tells the callee that it is connected, whether or not it says anything.
  if (event.length === 0) return (event.isLast ? 'ends' : 'is connected, nothing said yet') + late;
  const words = piecesWords(piece, imageOf(from, connection, names), names);
  const more = offset === 0 ? '' : '… ';
  return `${more}${words}${event.isLast ? ', end' : ''}${late}`;
}

function piecesWords({ event, from, offset, bytes }: Piece, name: string, names: Names): string {
  if (event.image === null) return tellWords(bytes, offset === 0, kindOf(from.words));
  const { image, version = 1, start, end } = event.image;
  const size = pictureOf(names.head.images[image], version)?.sizeBytes;
  const which = version === 1 ? name : `${name} (version ${version})`;
  const part = `${which} ${start}–${end}${size === undefined ? '' : ` of ${size}`}`;
  return bytes.length === 0 ? part : `${safeWords(bytes).trimEnd()} ${part}`;
}

function tellWords(bytes: Buffer, isFirst: boolean, kind: MessageKind): string {
  if (isFirst && kind === 'PEERS') return `PEERS: ${countAddresses(bytes)}`;
  // Bytes of an image that do not travel by reference.
  if (kind === 'RES' && bytes.length > LONGEST) {
    return `${isFirst ? 'RES: ' : ''}${showNumber(bytes.length)} bytes`;
  }
  return safeWords(bytes);
}

/** All that has arrived from one side as one message, `REQ: cat.png`, `RES: cat.png, 41,896 bytes`. */
export function tellMessage(side: Side, connection: TracedConnection, names: Names): string {
  const { words, image } = side;
  if (image === null) return tellWords(words, true, kindOf(words));
  const name = imageOf(side, connection, names);
  return `${safeWords(words).trimEnd()} ${name}, ${showNumber(image.bytes)} bytes`;
}

/** The name of the image that a side sends: as the journal knows it, or as it was asked for. */
function imageOf(side: Side, connection: TracedConnection, names: Names): string {
  const number = side.image?.image ?? -1;
  if (number >= 0) return names.image(number);
  return displaySafe(requestedName(connection.across(side).words) ?? 'an image', LONGEST);
}

function countAddresses(list: Buffer): string {
  const entries = list.toString('latin1', 'PEERS:'.length).match(/\S+/g) ?? [];
  return `${entries.length} ${entries.length === 1 ? 'address' : 'addresses'}`;
}

function safeWords(bytes: Buffer): string {
  return displaySafe(bytes.toString('utf8', 0, 4 * LONGEST), LONGEST);
}
