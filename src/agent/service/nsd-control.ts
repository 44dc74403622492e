import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { soaQuestion, readSoa } from '../../codec/soa-query.js';
import { nextSerial, type ZoneVersion } from '../../dnssec/next-serial.js';
import { nsdControlSocket, nsdZoneFiles } from '../../render/nsd.js';
import { pollUntil } from '../../support/poll.js';
import { DNS_PORT } from '../../support/well-known-ports.js';
import { openUdp } from '../system/sockets.js';
import type { InstancePlace, NameServer } from './service-driver.js';

const LOOK_EVERY_MS = 20;
const REPLY_DEADLINE_MS = 5000;

/** What one NSD is told, and asked, while it runs. */
export class NsdControl implements NameServer {
  readonly #place: InstancePlace;
  /** The zones that have been published since the lab was deployed, by file. */
  readonly #published = new Map<string, string>();
  #nextId = 1;

  constructor(place: InstancePlace) {
    this.#place = place;
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
    let seen: number | undefined;
    socket.on('message', (message: Buffer) => {
      seen = readSoa(message)?.serial ?? seen;
    });
    try {
      const { held } = await pollUntil(
        () => {
          socket.send(soaQuestion(this.#nextId++ & 0xffff, zone), DNS_PORT, localAddress, () => undefined);
          return seen === serial;
        },
        (answered) => answered,
        { everyMs: LOOK_EVERY_MS, deadlineMs },
      );
      return held;
    } finally {
      socket.close();
    }
  }

  /** A node that was booted anew has the files that it was deployed with. */
  restoreFiles(): void {
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
