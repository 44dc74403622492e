import { request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { DnsStream, framed } from '../../codec/dns-stream.js';
import { namedInstance } from '../../codec/named-instance.js';
import type { Fate } from '../../protocol/timeline.js';
import { round as rounded } from '../../support/round.js';
import { bounded, NO_ROUTE, settledWithin, withPort, type Flow, type Outcome } from './flow.js';
import type { Round } from './datagram-sockets.js';
import { hearOf, type IcmpWord } from './icmp-listeners.js';
import { errnoOf } from '../system/kernel.js';
import { openConnection } from '../system/sockets.js';
import { familyOf } from '../../support/family.js';

/** A peer that has sent something and then pauses for this long has sent all. */
const QUIET_MS = 100;
/** Bytes of a reply that are read; more than what is reported of it. */
const MOST_BYTES = 8192;

type StreamOutcome = Omit<Outcome, 'sourcePort' | 'atMs'>;

/** What a probe over a connection does once there is a socket to connect. */
type Conversation = (connection: Socket, settle: (seen: StreamOutcome) => void, atMs: number) => void;

/**
 * Connects; where there is something to send, sends it, and takes what comes back until the peer closes or is quiet.
 */
export async function probeTcp(flow: Flow, round: Round): Promise<Outcome> {
  const { send } = round.params;
  return converse(flow, round, (connection, settle, atMs) => {
    const received: Buffer[] = [];
    let rttMs: number | null = null;
    let bytes = 0;
    let quiet: NodeJS.Timeout | undefined;
    const end = (): void => {
      const text = Buffer.concat(received).toString('utf8');
      settle({ fate: 'answered', rttMs, output: bounded(text), instance: namedInstance(text, flow.target.instances) });
    };
    connection.once('close', () => {
      clearTimeout(quiet);
    });
    connection.once('connect', () => {
      rttMs = rounded(performance.now() - atMs);
      if (send === undefined) {
        end();
        return;
      }
      connection.on('data', (chunk: Buffer) => {
        received.push(chunk);
        bytes += chunk.length;
        clearTimeout(quiet);
        if (bytes >= MOST_BYTES) end();
        else quiet = setTimeout(end, QUIET_MS);
      });
      connection.once('end', end);
      connection.write(send);
    });
    connection.connect({ host: flow.target.address, port: flow.port });
  });
}

/** A DNS message over a connection of its own; the round trip has the time to connect in it (RFC 7766). */
export async function exchangeOverTcp(
  flow: Flow,
  round: Round,
  message: Buffer,
  isAnswer: (reply: Buffer) => boolean,
): Promise<Outcome> {
  return converse(flow, round, (connection, settle, atMs) => {
    const stream = new DnsStream();
    connection.on('data', (chunk: Buffer) => {
      if (stream.take(chunk).some(isAnswer)) settle({ fate: 'answered', rttMs: rounded(performance.now() - atMs) });
    });
    connection.once('connect', () => {
      connection.write(framed(message));
    });
    connection.connect({ host: flow.target.address, port: flow.port });
  });
}

/** Requests a page; returns its status and body. The round trip ends with the head of the response. */
export async function probeHttp(flow: Flow, round: Round): Promise<Outcome> {
  const { address, service } = flow.target;
  return converse(flow, round, (connection, settle, atMs) => {
    // Node's client closes a connection when it has read the response; a socket that is reset leaves no port in
    // TIME_WAIT.
    connection.destroySoon = () => connection.resetAndDestroy();
    const { httpPath = '/', httpMethod = 'GET', cookies = false } = round.params;
    const place = `${flow.client} ${address}`;
    const asked = request({
      createConnection: () => connection,
      method: httpMethod,
      path: httpPath,
      headers: {
        Host: service ?? (familyOf(address) === 'ipv6' ? `[${address}]` : address),
        Connection: 'close',
        ...(cookies ? round.cookies.headersFor(place) : {}),
      },
    });
    asked.on('error', (error: Error & { readonly rawPacket?: Buffer }) => {
      // It answered, but not in HTTP.
      if (error.rawPacket !== undefined)
        settle({ fate: 'answered', ...pageOf(error.rawPacket.toString('utf8'), '', flow) });
      else settle({ fate: fateOf(error) });
    });
    asked.on('response', (response) => {
      if (cookies) round.cookies.keep(place, response.headers['set-cookie']);
      readPage(response, flow, rounded(performance.now() - atMs), settle);
    });
    asked.end();
    connection.connect({ host: address, port: flow.port });
  });
}

function readPage(response: IncomingMessage, flow: Flow, rttMs: number, settle: (seen: StreamOutcome) => void): void {
  const { statusCode: status = null, rawHeaders } = response;
  let body = '';
  const end = (): void => {
    settle({ fate: 'answered', rttMs, status, ...pageOf(body, rawHeaders.join('\n'), flow) });
  };
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    body += text;
    if (body.length >= MOST_BYTES) end();
  });
  response.on('end', end);
  // Broken off in the middle: what came is what was seen.
  response.on('error', end);
}

function pageOf(body: string, headers: string, { target }: Flow): Pick<Outcome, 'output' | 'instance'> {
  return { output: bounded(body), instance: namedInstance(`${headers}\n${body}`, target.instances) };
}

/**
 * Opens a socket in the client's namespace, lets it talk until it has seen something or the deadline, and resets it.
 */
async function converse(flow: Flow, { params, listeners }: Round, talk: Conversation): Promise<Outcome> {
  const { namespace, target } = flow;
  const listener = listeners.of(namespace, target.family);
  const connection = await withPort(flow, () => openConnection(namespace, target.family, flow.sourcePort));
  const sourcePort = connection.localPort ?? flow.sourcePort;
  const atMs = performance.now();
  let heard: IcmpWord | undefined;
  const stopHearing = hearOf(listener, { protocol: 'tcp', sourcePort, destination: target.address }, (word) => {
    heard ??= word;
  });
  try {
    const seen = namespace.isFrozen
      ? undefined
      : await settledWithin<StreamOutcome>(params.timeoutMs, (settle) => {
          connection.on('error', (error) => {
            settle({ fate: fateOf(error) });
          });
          talk(
            connection,
            (outcome) => {
              if (!namespace.isFrozen) settle(outcome);
            },
            atMs,
          );
        });
    // The kernel gives the same error whatever an ICMP message said; the message itself arrived before it.
    listeners.look();
    const fate = seen?.fate === 'answered' ? 'answered' : (heardFate(heard) ?? seen?.fate ?? 'silent');
    return { sourcePort, atMs, ...seen, fate };
  } finally {
    stopHearing();
    close(connection);
  }
}

function heardFate(heard: IcmpWord | undefined): Fate | undefined {
  return heard === 'reply' ? undefined : heard;
}

function fateOf(error: Error): Fate {
  const code = errnoOf(error);
  if (NO_ROUTE.has(code)) return 'unreachable';
  return code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'EPIPE' ? 'refused' : 'silent';
}

/**
 * A reset leaves no port in TIME_WAIT, so that the next round can use the same; one that never connected has nothing to
 * reset.
 */
function close(connection: Socket): void {
  connection.on('error', () => undefined);
  if (connection.connecting) connection.destroy();
  else connection.resetAndDestroy();
}
