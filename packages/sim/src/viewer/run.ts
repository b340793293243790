import type { ColumnHead, ColumnName, Columns, PageHead } from '../page/page-data.ts';
import { readColumns } from './columns.ts';

/** A run as the viewer knows it: its head, and its tables by column. */
export class Run {
  readonly head: PageHead;
  readonly #columns: Columns;

  constructor(head: PageHead, columns: Columns) {
    this.head = head;
    this.#columns = columns;
  }

  /** A column; empty when the page has none of that name. */
  column(name: ColumnName): ArrayLike<number> {
    return this.#columns.get(name) ?? [];
  }

  /** The name of a peer; those beyond the table have none but their number. */
  peerName(peer: number): string {
    return this.head.peers[peer] ?? `peer number ${peer + 1}`;
  }

  /** The name of an image; names that nobody has are numbered −1, −2, … */
  imageName(image: number): string {
    if (image < 0) return `missing-${-image}.png`;
    return this.head.images[image] ?? `image number ${image + 1}`;
  }
}

/** A head, or a part of one, and columns. */
export interface Decoded {
  readonly head: Partial<PageHead>;
  readonly columns: Columns;
}

/** Reads what `page/encoding.ts` has written. */
export async function decode(deflated: Uint8Array<ArrayBuffer>): Promise<Decoded> {
  const inflated = new Blob([deflated])
    .stream()
    .pipeThrough(new DecompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(inflated).arrayBuffer());
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const json = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  const { head, columns } = JSON.parse(json) as {
    head: Partial<PageHead>;
    columns: ColumnHead[];
  };
  return { head, columns: readColumns(columns, bytes.subarray(4 + length)) };
}

/** The same for a whole run. */
export async function decodeRun(deflated: Uint8Array<ArrayBuffer>): Promise<Run> {
  const { head, columns } = await decode(deflated);
  return new Run(head as PageHead, columns);
}
