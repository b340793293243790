import type { Behavior } from './behavior.ts';

/** How often it says nonsense to somebody that it knows. */
const EVERY_US = 100_000;

const LONG = 'x'.repeat(4_096);

/** They begin as a list does and so count as one, and hold no address that could be dialled. */
const LISTS = bytesOf([
  'PEERS:',
  'PEERS: 1.2.3:4 300.1.2.3:9000 10.0.0.1:0 10.0.0.1:70000',
  'PEERS:  ::1:9000   localhost:9000 \0\xff\xfe',
  'PEERS: 10.0.0.1;9000;10.0.0.1 : 9000 -1.0.0.1:1',
  `PEERS: ${LONG}`,
]);

const REPLIES = bytesOf([
  '',
  'RES',
  'res: \x89PNG',
  'ERR',
  'PEERS: 10.0.0.1:9000',
  'REQ: cat.png',
  'HTTP/1.1 400 Bad Request\r\n\r\n',
  '\0\xff\xfe\x80',
  LONG,
]);

const REQUESTS = bytesOf([
  '',
  'HELLO 99999999999999999999',
  'HELLO -1',
  'HELLO\0\0\0\0HELLO',
  'hello',
  'REQ:',
  'REQ: ',
  'REQ: ../../secret.png',
  'REQ: \xff\xfe.png',
  `REQ: ${LONG}`,
  'GET / HTTP/1.1\r\n\r\n',
  '\0\x01\x02\x03',
  LONG,
]);

/** A peer that breaks the protocol in every direction. */
export const malformedMessages: Behavior = {
  description:
    'Sends lists, replies and requests that break the protocol, all in turn; ten requests a second.',
  isReachable: true,
  onGreeting: (call) => call.say(turn(LISTS, call.number)),
  onRequest: (call) => call.say(turn(REPLIES, call.number)),
  onStart(caller) {
    let count = 0;
    caller.every(EVERY_US, () => {
      const address = caller.next();
      if (address !== 0) caller.tell(address, turn(REQUESTS, count++));
    });
  },
};

function turn(messages: readonly Uint8Array[], number: number): Uint8Array {
  return messages[number % messages.length]!;
}

/** One byte for each character: most of these are no text. */
function bytesOf(messages: readonly string[]): Uint8Array[] {
  return messages.map((message) => new Uint8Array(Buffer.from(message, 'latin1')));
}
