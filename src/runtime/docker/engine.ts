import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import type { Agent } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { LabError } from '../../errors.js';
import { retryTransient } from '../../support/retry.js';
import { engineAddress, type EngineAddress } from './engine-address.js';

const CONNECT_TIMEOUT_MS = 10_000;
const FIRST_WAIT_MS = 100;

export type Engine = Docker;
export type ServiceOptions = Docker.CreateServiceOptions;

export interface EngineFacts {
  readonly version: string;
  /** As Go names it: `amd64`, `arm64`. */
  readonly architecture: string;
  /** The release of its kernel. */
  readonly kernel: string;
  readonly address: EngineAddress;
}

/** Where this process's engine is. LabError USAGE where DOCKER_HOST makes no sense. */
export function locateEngine(env: NodeJS.ProcessEnv = process.env): EngineAddress {
  const read = (path: string): string | undefined => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  };
  return engineAddress({ env, home: env['HOME'] ?? homedir(), read, exists: existsSync });
}

/** Whether there is anything to ask: an engine that the user named, or the usual socket, and leave to use it. */
export function isEngineLikely(address: EngineAddress): boolean {
  if (address.chosen || address.kind !== 'unix') return true;
  try {
    accessSync(address.socketPath, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** A client for the engine; it sends no request yet. */
export async function openEngine(address: EngineAddress): Promise<Engine> {
  // Loaded only here: labs that run elsewhere have no use for it.
  const { default: DockerClient } = await import('dockerode');
  return new DockerClient(await optionsFor(address));
}

/** A client for an engine that connections of this agent lead to. */
export async function openEngineBy(agent: Agent): Promise<Engine> {
  const { default: DockerClient } = await import('dockerode');
  return new DockerClient({ protocol: 'http', host: 'engine', port: 2375, agent } as Docker.DockerOptions);
}

async function optionsFor(address: EngineAddress): Promise<Docker.DockerOptions> {
  // Said in full: what is left out, the client would take from DOCKER_HOST by rules of its own.
  const nowhere = {
    host: undefined,
    port: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
    timeout: undefined,
  };
  switch (address.kind) {
    case 'unix':
      return { ...nowhere, protocol: 'http', socketPath: address.socketPath };
    case 'ssh': {
      const { SshDialer } = await import('./ssh-dialer.js');
      const agent = new SshDialer(address.destination, address.port);
      return { ...nowhere, protocol: 'http', host: 'engine', port: 2375, agent } as Docker.DockerOptions;
    }
    case 'tcp': {
      const { host, port, certificates } = address;
      const timed = { ...nowhere, host, port, connectionTimeout: CONNECT_TIMEOUT_MS };
      if (certificates === undefined) return { ...timed, protocol: 'http' };
      return { ...timed, protocol: 'https', ...readCertificates(address, certificates) };
    }
  }
}

function readCertificates(address: EngineAddress, folder: string): { ca: Buffer; cert: Buffer; key: Buffer } {
  try {
    const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFileSync(join(folder, name)));
    return { ca, cert, key } as { ca: Buffer; cert: Buffer; key: Buffer };
  } catch (cause) {
    throw new LabError(
      'ENGINE_UNREACHABLE',
      `the engine at ${address.text} requires client certificates, and ${folder} has none`,
      {
        cause,
        hint: 'set DOCKER_CERT_PATH to a folder with ca.pem, cert.pem and key.pem',
      },
    );
  }
}

/** A client for an engine that answers. LabError ENGINE_UNREACHABLE says what was tried, and why it failed. */
export async function connectEngine(
  address: EngineAddress = locateEngine(),
): Promise<{ engine: Engine; facts: EngineFacts }> {
  const engine = await openEngine(address);
  try {
    const { Version, Arch, KernelVersion } = await retryTransient(() => engine.version(), {
      isTransient: isPassing,
      firstWaitMs: FIRST_WAIT_MS,
    });
    return { engine, facts: { version: Version, architecture: Arch, kernel: KernelVersion, address } };
  } catch (cause) {
    throw unreachable(address, cause);
  }
}

/** An engine that does not answer, with what was tried and how to repair it. */
export function unreachable(address: EngineAddress, cause: unknown): LabError {
  if (cause instanceof LabError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const why = cause instanceof Error ? cause.message : String(cause);
  const hints: Readonly<Record<string, string>> = {
    EACCES: 'join the group that may use the engine: sudo usermod -aG docker "$USER", then log in again',
    ENOENT: 'start the engine (sudo systemctl start docker), or name another one: DOCKER_HOST=ssh://user@host',
    ECONNREFUSED: 'start the engine (sudo systemctl start docker), or name another one: DOCKER_HOST=ssh://user@host',
  };
  return new LabError(
    'ENGINE_UNREACHABLE',
    `no Docker engine answers at ${address.text} (from ${address.source}): ${why}`,
    {
      cause,
      hint: hints[code] ?? 'check the address, and that the engine runs; DOCKER_HOST names another one',
    },
  );
}

/**
 * Whether an engine, or a registry behind it, failed in a way that may be over in a moment: a connection that broke, a
 * server that is starting or overloaded. A missing engine is reported at once; so is a
 * time-out, which has waited long enough.
 */
export function isPassing(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : '';
  if (['ECONNRESET', 'EPIPE', 'EAGAIN'].includes(code) || [502, 503, 504].includes(statusOf(error) ?? 0)) return true;
  return /socket hang up|connection reset|unexpected EOF|too many requests|\b50[234]\b/i.test(error.message);
}

/** The status of an engine's answer that was an error; undefined for anything else that went wrong. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : undefined;
}

/** What an engine said was wrong, in its own words. */
export function wordsOf(error: unknown): string {
  const json = error instanceof Error && 'json' in error ? (error.json as { message?: unknown } | null) : null;
  if (typeof json?.message === 'string') return json.message;
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^\(HTTP code \d+\) [\w ]+ - /, '').trim();
}
