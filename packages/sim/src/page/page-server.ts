import { serveLoopback, type Answer, type LoopbackServer } from './loopback-server.ts';

/** Serves one page on loopback, at a free port. Rejects with the system's error when it cannot listen. */
export async function servePage(html: string): Promise<LoopbackServer> {
  return await serveLoopback(new Map([['/', answerPage(html)]]));
}

/** Answers with a page that no other page may frame, and that no cache keeps. */
export function answerPage(html: string): Answer {
  return ({ method }, response) => {
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-length': Buffer.byteLength(html),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    response.end(method === 'HEAD' ? undefined : html);
  };
}
