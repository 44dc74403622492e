import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { LabError } from '../../errors.js';

/** Where an engine is, and who says so. */
export type EngineAddress = { readonly source: string; readonly text: string; readonly chosen: boolean } & (
  | { readonly kind: 'unix'; readonly socketPath: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly certificates: string | undefined }
  | { readonly kind: 'ssh'; readonly destination: string; readonly port: string | undefined }
);

export interface AddressFacts {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  /** The text of a file, or undefined. */
  readonly read: (path: string) => string | undefined;
  readonly exists: (path: string) => boolean;
}

const DEFAULT_SOCKET = '/var/run/docker.sock';

/**
 * The engine's address as the docker command finds it: DOCKER_HOST, else the context that DOCKER_CONTEXT or the user's
 * configuration names, else the usual socket, the machine's or the user's own. Throws USAGE for one that nobody can
 * reach.
 */
export function engineAddress(facts: AddressFacts): EngineAddress {
  const { env, home, exists } = facts;
  const host = env['DOCKER_HOST'];
  if (host !== undefined && host !== '') return parseAddress(host, 'DOCKER_HOST', facts);
  const context = contextHost(facts);
  if (context !== undefined) return parseAddress(context.host, `the context "${context.name}"`, facts);
  const own = [join(home, '.docker/run/docker.sock'), join(env['XDG_RUNTIME_DIR'] ?? '/nonexistent', 'docker.sock')];
  const socketPath = exists(DEFAULT_SOCKET) ? DEFAULT_SOCKET : (own.find(exists) ?? DEFAULT_SOCKET);
  return { kind: 'unix', socketPath, source: 'the default', text: `unix://${socketPath}`, chosen: false };
}

function parseAddress(text: string, source: string, { env, home }: AddressFacts): EngineAddress {
  const common = { source, text, chosen: true };
  const unix = /^unix:\/\/(.*)$/.exec(text)?.[1];
  if (unix !== undefined) return { ...common, kind: 'unix', socketPath: unix === '' ? DEFAULT_SOCKET : unix };
  let url: URL;
  try {
    url = new URL(text.includes('://') ? text : `tcp://${text}`);
  } catch (cause) {
    throw badAddress(text, source, cause);
  }
  if (url.hostname === '') throw badAddress(text, source);
  if (url.protocol === 'ssh:') {
    const user = url.username === '' ? '' : `${decodeURIComponent(url.username)}@`;
    const destination = `${user}${url.hostname}`;
    if (destination.startsWith('-')) throw badAddress(text, source);
    return { ...common, kind: 'ssh', destination, port: url.port === '' ? undefined : url.port };
  }
  if (!['tcp:', 'http:', 'https:'].includes(url.protocol)) throw badAddress(text, source);
  const isTls = (env['DOCKER_TLS_VERIFY'] ?? '') !== '' || url.protocol === 'https:';
  return {
    ...common,
    kind: 'tcp',
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (isTls ? 2376 : 2375) : Number(url.port),
    certificates: isTls ? (env['DOCKER_CERT_PATH'] ?? join(home, '.docker')) : undefined,
  };
}

function badAddress(text: string, source: string, cause?: unknown): LabError {
  return new LabError('USAGE', `${source} names no engine: "${text}"`, {
    cause,
    hint: 'write it as in unix:///var/run/docker.sock, tcp://host:2375 or ssh://user@host',
  });
}

/**
 * The docker command keeps the context that is in use in its configuration, and each context in a folder of its own.
 */
function contextHost({ env, home, read }: AddressFacts): { name: string; host: string } | undefined {
  const folder = env['DOCKER_CONFIG'] ?? join(home, '.docker');
  const name = env['DOCKER_CONTEXT'] ?? textAt(parse(read(join(folder, 'config.json'))), 'currentContext');
  if (name === undefined || name === '' || name === 'default') return undefined;
  const id = createHash('sha256').update(name).digest('hex');
  const meta = parse(read(join(folder, 'contexts/meta', id, 'meta.json')));
  const host = textAt(meta, 'Endpoints', 'docker', 'Host');
  return host === undefined ? undefined : { name, host };
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    value,
  );
  return typeof found === 'string' ? found : undefined;
}
