import { timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

/** Who may come in. */
export interface Gate {
  readonly token: string;
  readonly port: number;
  /** The address that is listened at. */
  readonly address: string;
}

export interface Caller {
  readonly method: string;
  /** As the request has it, with the token first: `/TOKEN/stream`. */
  readonly url: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

export type Admission =
  { readonly path: string; readonly query: URLSearchParams } | { readonly status: 403 | 421; readonly text: string };

/**
 * All that a page may do: load its own parts, and talk to where it came from. No inline script, no evaluation. A page with
 * terminals may set styles: the colours of a program are styles of its characters.
 */
export function headersFor({ hasTerminals }: { readonly hasTerminals: boolean }): Readonly<Record<string, string>> {
  const styles = hasTerminals ? "'self' 'unsafe-inline'" : "'self'";
  return {
    ...headers,
    'content-security-policy': `default-src 'none'; script-src 'self'; style-src ${styles}; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  };
}

const headers: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};

/**
 * Lets a request in, or says why not. A name of somebody else's that leads here (DNS rebinding) is in `Host`, a page of
 * somebody else's in `Origin`; the token is what neither of them knows.
 */
export function admit({ method, url, host, origin }: Caller, gate: Gate): Admission {
  if (host === undefined || !isOwnHost(host, gate))
    return { status: 421, text: 'this address is not that of the view: open the one that nearcast view printed\n' };
  if (origin !== undefined && origin !== `http://${host}`)
    return { status: 403, text: 'another page may not talk to this view\n' };
  // Every browser says where a request comes from that changes something.
  if (method !== 'GET' && origin === undefined) return { status: 403, text: 'a request without an origin\n' };
  const { pathname, searchParams } = new URL(url, 'http://view.invalid');
  const [, given = '', ...rest] = pathname.split('/');
  if (!isToken(given, gate.token))
    return { status: 403, text: 'the token in the address is not valid: open the one that nearcast view printed\n' };
  return { path: rest.join('/'), query: searchParams };
}

function isOwnHost(host: string, { port, address }: Gate): boolean {
  const match = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(host);
  const name = (match?.[1] ?? '').replace(/^\[|\]$/g, '').toLowerCase();
  if (Number(match?.[2] ?? 80) !== port) return false;
  if (name === address.toLowerCase() || name === 'localhost') return true;
  // An address is nobody's name: no other page can stand behind it.
  return isIP(name) !== 0 && (isLoopback(name) || !isLoopback(address));
}

export function isLoopback(address: string): boolean {
  return address === '::1' || address === 'localhost' || /^127\./.test(address);
}

function isToken(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}
