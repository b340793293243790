/** Topologies without a draw. */

/** Each peer knows all others. */
export function full(count: number): number[][] {
  return forEachPeer(count, (peer) => {
    const others: number[] = [];
    for (let other = 0; other < count; other++) if (other !== peer) others.push(other);
    return others;
  });
}

/** Each peer knows the next one, the last the first. */
export function ring(count: number): number[][] {
  return forEachPeer(count, (peer) => (count > 1 ? [(peer + 1) % count] : []));
}

/** A ring that is not closed. */
export function line(count: number): number[][] {
  return forEachPeer(count, (peer) => (peer + 1 < count ? [peer + 1] : []));
}

/** All know the first. */
export function star(count: number): number[][] {
  return forEachPeer(count, (peer) => (peer > 0 ? [0] : []));
}

/** Each peer but the first knows the one above it, below which there are `branching` at most. */
export function tree(count: number, branching: number): number[][] {
  return forEachPeer(count, (peer) => (peer > 0 ? [Math.floor((peer - 1) / branching)] : []));
}

/**
 * Rows of `width` peers, of which the last may be shorter. Each knows the one on its right and the one
 * below it. With `wrap` the last of a row knows its first, and the lowest of a column its highest, where
 * they are not neighbours anyway.
 */
export function grid(count: number, width: number, wrap: boolean): number[][] {
  return forEachPeer(count, (peer) => {
    const column = peer % width;
    const rowStart = peer - column;
    const rowLength = Math.min(width, count - rowStart);
    const mine: number[] = [];
    if (column + 1 < rowLength) mine.push(peer + 1);
    else if (wrap && rowLength > 2) mine.push(rowStart);
    if (peer + width < count) mine.push(peer + width);
    else if (wrap && peer - column >= 2 * width) mine.push(column);
    return mine;
  });
}

function forEachPeer(count: number, startsOf: (peer: number) => number[]): number[][] {
  return Array.from({ length: count }, (_, peer) => startsOf(peer));
}
