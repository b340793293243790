/** Names that this machine always has for itself. */
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Whether a request meant us. A page of some other site whose name was pointed at our address (DNS rebinding)
 * sends that name; without this check a browser would let it read what we answer.
 * @param header the `Host` header; undefined when there is none
 * @param reached the address that the connection came in at
 * @param names other names that are ours, without ports
 */
export function isOurHost(
  header: string | undefined,
  reached: string,
  names: readonly string[],
): boolean {
  const host = hostOf(header ?? '');
  if (host === null) return false;
  return LOOPBACK.has(host) || host === reached || names.some((name) => host === hostOf(name));
}

/** `example.org` of `Example.org.:9464`; null when it is nothing like that. */
function hostOf(header: string): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+?)\.?(?::\d{1,5})?$/i.exec(header);
  return match?.[1]?.toLowerCase() ?? null;
}
