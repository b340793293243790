import { asLatin1 } from './bytes.ts';
import { reportOn, type PictureReport, type Walker } from './report.ts';

/** Behind the closing tag there may be comments and white space of less than this, in all. */
const TAIL_BYTES = 4_096;
const MARKUP = /^\s*(\u00ef\u00bb\u00bf)?\s*<(\?xml|svg|!--|!DOCTYPE)/i;
const CERTAIN = /^\s*(\u00ef\u00bb\u00bf)?\s*<\?xml|<svg/i;
const CLOSING_TAG = /<\/(?:\w+:)?svg\s*$/;

/** Whether a picture with this head may be an SVG. */
export function looksLikeSvg(head: Uint8Array): boolean {
  return MARKUP.test(asLatin1(head));
}

/** Looks for the closing tag at the end of an SVG. */
export class SvgWalker implements Walker {
  readonly #tail: Uint8Array = new Uint8Array(TAIL_BYTES);
  readonly #isCertain: boolean;

  /** `head` is what `looksLikeSvg` was asked about. */
  constructor(head: Uint8Array) {
    this.#isCertain = CERTAIN.test(asLatin1(head));
  }

  push(bytes: Uint8Array): void {
    const skipped = bytes.length - TAIL_BYTES;
    if (skipped < 0) {
      this.#tail.copyWithin(0, bytes.length);
      this.#tail.set(bytes, -skipped);
    } else {
      // Not `subarray`, which would make an object for each piece.
      for (let i = 0; i < TAIL_BYTES; i++) this.#tail[i] = bytes[skipped + i]!;
    }
  }

  report(size: number): PictureReport {
    const tail = this.#tail.subarray(TAIL_BYTES - Math.min(size, TAIL_BYTES));
    const isWhole = endsInSvg(asLatin1(tail));
    // A comment or a document type says nothing: other documents begin so too.
    if (isWhole || this.#isCertain) return reportOn('svg', isWhole);
    return { format: 'unknown', completeness: 'unverified' };
  }
}

/** Not one pattern for all: several comments in a row would let it try every way to divide them. */
function endsInSvg(tail: string): boolean {
  let text = tail.trimEnd();
  while (text.endsWith('-->')) {
    const from = text.lastIndexOf('<!--');
    if (from < 0) return false;
    text = text.slice(0, from).trimEnd();
  }
  return text.endsWith('>') && CLOSING_TAG.test(text.slice(text.lastIndexOf('<'), -1));
}
