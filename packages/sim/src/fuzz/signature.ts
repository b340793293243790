/** How alike two inputs are to a peer, cheaply: inputs with one signature went the same way through it. */
import { RequestParser } from '@imagemesh/peer';
import type { Batch, Stream } from './batch.ts';
import { kindOf, type Heard } from './judge.ts';
import { latin1 } from './plain-answer.ts';
import type { Observation } from './target.ts';

/** Of each call on its own, and of what the peer told of the whole batch. */
export function signaturesOf(batch: Batch, { heard, marks }: Observation): string[] {
  const calls = batch.calls.map((call, i) => signatureOf(call, heard[i]!));
  return [...calls, marks.join(', ')];
}

/** The states of the request's parser, the way to leave, the kind of the answer and of its end. */
function signatureOf(stream: Stream, { reply, close }: Heard): string {
  const states = statesOf(stream).join(' ');
  return `${states} | ${stream.ending} | ${kindOf(latin1(reply))} ${close}`;
}

function statesOf({ pieces }: Stream): string[] {
  const parser = new RequestParser();
  const states: string[] = [];
  for (const piece of pieces) {
    parser.push(piece);
    const { kind, complete } = parser.request();
    const state = `${kind}${complete ? '!' : ''}`;
    if (states.at(-1) !== state) states.push(state);
  }
  return states;
}
