import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { readNsdCounts } from '../../codec/server-counts.js';
import { soaQuestion, readSoa } from '../../codec/soa-query.js';
import { nextSerial, type ZoneVersion } from '../../dnssec/next-serial.js';
import { nsdControlSocket, nsdZoneFiles } from '../../render/nsd.js';
import { pollUntil } from '../../support/poll.js';
import { DNS_PORT } from '../../support/well-known-ports.js';
import { openUdp } from '../system/sockets.js';
import type { LocalCheck } from './local-check.js';
import type { QuerySources } from './query-sources.js';
import type { InstancePlace, NameServer, SharedByServers } from './service-driver.js';

const LOOK_EVERY_MS = 20;
const ASK_AGAIN_AFTER_MS = 500;
const REPLY_DEADLINE_MS = 5000;

/** What one NSD is told, and asked, while it runs. */
export class NsdControl implements NameServer {
  readonly primary: string | undefined;
  readonly #place: InstancePlace;
  /** The zones that have been published since the lab was deployed, by file. */
  readonly #published = new Map<string, string>();
  readonly #check: LocalCheck;
  readonly #querySources: QuerySources;
  #nextId = 1;
  /** Over UDP and IPv4, as those of the check are, and answered by the server that runs. */
  #ownQueries = 0;

  constructor(place: InstancePlace, check: LocalCheck, { querySources }: SharedByServers) {
    const { serve } = place.service;
    this.primary = serve?.kind === 'nsd' ? serve.primary : undefined;
    this.#place = place;
    this.#check = check;
    this.#querySources = querySources;
  }

  next(zone: string): ZoneVersion | undefined {
    const file = this.#fileOf(zone);
    const { serve } = this.#place.service;
    const written = serve?.kind === 'nsd' ? serve.zones.find(({ name }) => name === zone)?.records : undefined;
    const text = file === undefined ? undefined : (this.#published.get(file) ?? written);
    return text === undefined ? undefined : nextSerial(zone, text);
  }

  keep(zone: string, text: string): void {
    const file = this.#fileOf(zone);
    if (file === undefined) return;
    this.#published.set(file, text);
    if (this.#place.host.isRunning) this.#write(file, text);
  }

  async reload(zone: string): Promise<boolean> {
    return (await this.#told(`reload ${zone}`))?.trim() === 'ok';
  }

  async answersWith(zone: string, serial: number, deadlineMs: number): Promise<boolean> {
    const { host, localAddress } = this.#place;
    const socket = await openUdp(host.namespace, '127.0.0.1', 0);
    let [seen, askedAtMs]: [number | undefined, number] = [undefined, -Infinity];
    socket.on('message', (message: Buffer) => {
      seen = readSoa(message)?.serial ?? seen;
      this.#ownQueries += 1;
      askedAtMs = -Infinity;
    });
    try {
      const { held } = await pollUntil(
        () => {
          if (seen === serial) return true;
          if (performance.now() - askedAtMs < ASK_AGAIN_AFTER_MS) return false;
          askedAtMs = performance.now();
          socket.send(soaQuestion(this.#nextId++ & 0xffff, zone), DNS_PORT, localAddress, () => undefined);
          return false;
        },
        (answered) => answered,
        { everyMs: LOOK_EVERY_MS, deadlineMs },
      );
      return held;
    } finally {
      socket.close();
    }
  }

  async counts(): ReturnType<NameServer['counts']> {
    const { host, service } = this.#place;
    // What the lab itself asks must not be under way meanwhile.
    const { last } = await pollUntil(
      async () => {
        const before = this.#own();
        const read = before === undefined ? undefined : await this.#told('stats_noreset');
        return { own: before, read: before === this.#own() ? read : undefined };
      },
      ({ read }) => read !== undefined,
      { everyMs: LOOK_EVERY_MS, deadlineMs: REPLY_DEADLINE_MS },
    );
    const counted = readNsdCounts(last.read ?? '');
    const { own = 0 } = last;
    if (counted === undefined) return undefined;
    const { received, rcodes } = counted;
    return {
      ...counted,
      received: { ...received, udpIpv4: Math.max(0, received.udpIpv4 - own) },
      rcodes: { ...rcodes, 0: Math.max(0, (rcodes['0'] ?? 0) - own) },
      sources: await this.#querySources.of(host, service.addresses),
    };
  }

  #own(): number | undefined {
    const { answered } = this.#check;
    return answered === undefined ? undefined : answered + this.#ownQueries;
  }

  /** It starts, with nothing counted. A node that was booted anew has the files that it was deployed with. */
  async prepare(): Promise<void> {
    this.#ownQueries = 0;
    await this.#querySources.watch(this.#place.host);
    for (const [file, text] of this.#published) this.#write(file, text);
  }

  /**
   * What NSD replies to a command, as nsd-control(8) gives it; undefined where it gives no reply. Without a program for each:
   * a lab has sixty instances.
   */
  async #told(command: string): Promise<string | undefined> {
    const { host, service } = this.#place;
    const path = join(host.processes.runFolder, 'nearcast', nsdControlSocket(service.name));
    const socket = connect({ path });
    const timer = setTimeout(() => socket.destroy(), REPLY_DEADLINE_MS);
    try {
      socket.end(`NSDCT1 ${command}\n`);
      return await textOf(socket);
    } catch {
      return undefined;
    } finally {
      clearTimeout(timer);
      socket.destroy();
    }
  }

  #fileOf(zone: string): string | undefined {
    const path = nsdZoneFiles(this.#place.service).find((each) => each.zone === zone)?.path;
    return path === undefined ? undefined : basename(path);
  }

  #write(file: string, text: string): void {
    writeFileSync(join(this.#place.host.processes.runFolder, 'nearcast', file), text);
  }
}
