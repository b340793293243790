import type { MessageCounts } from '@imagemesh/peer';
import type { Judgement } from '../check/ground-truth.ts';
import { REQUEST_CLASSES } from './page-data.ts';

/** What each peer asked, sent and received; arrays by the number of the peer. */
export class PeerTallies {
  readonly addresses: string[];
  /** How its requests came out: a list of classes, each by peer. */
  readonly byClass: readonly Int32Array[];
  /** Bytes of images. */
  readonly bytesSent: Float64Array;
  readonly bytesReceived: Float64Array;
  /** −1: the peer does not tell. */
  readonly messagesSent: Float64Array;
  readonly messagesReceived: Float64Array;

  constructor(peers: number) {
    this.addresses = Array<string>(peers).fill('');
    this.byClass = REQUEST_CLASSES.map(() => new Int32Array(peers));
    this.bytesSent = new Float64Array(peers);
    this.bytesReceived = new Float64Array(peers);
    this.messagesSent = new Float64Array(peers).fill(-1);
    this.messagesReceived = new Float64Array(peers).fill(-1);
  }

  /** Takes a request in that has been judged. */
  judged({ due, done, class: verdict }: Judgement): void {
    this.byClass[REQUEST_CLASSES.indexOf(verdict)]![due.peer]!++;
    if (done === null || done.isJoined || done.outcome !== 'found') return;
    this.bytesReceived[due.peer]! += done.sizeBytes;
    if (done.from >= 0) this.bytesSent[done.from]! += done.sizeBytes;
  }

  /** Takes in what a peer counted until now. */
  counts(peer: number, { sent, received }: MessageCounts): void {
    this.messagesSent[peer] = sumOf(sent);
    this.messagesReceived[peer] = sumOf(received);
  }
}

function sumOf(counts: object): number {
  return (Object.values(counts) as number[]).reduce((sum, count) => sum + count, 0);
}
