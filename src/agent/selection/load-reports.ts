import type { Socket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import type { LabNode } from '../node/lab-node.js';
import { openUdp } from '../system/sockets.js';

/** Unassigned by IANA. */
const REPORT_PORT = 5311;
/** Datagrams of UDP, and connections of TCP that were accepted, in the kernel's counters of both families. */
const COUNTED = [
  ['snmp', /^Udp: (\d+)/m],
  ['snmp', /^Tcp: (?:-?\d+ ){5}(\d+)/m],
  ['snmp6', /^Udp6InDatagrams\s+(\d+)/m],
] as const;

interface Opened {
  readonly socket: Socket;
  readonly generation: number;
}

/** An instance's host: counts its requests, and reports them to routers over the lab's own network. */
export class LoadReporter {
  #opened: Opened | undefined;
  #last: { readonly count: number; readonly atMs: number } | undefined;

  constructor(
    readonly host: LabNode,
    readonly routers: readonly string[],
  ) {}

  async report(nowMs: number): Promise<void> {
    const { host } = this;
    if (!host.isResponsive) {
      this.#last = undefined;
      return;
    }
    const count = requestsAt(host);
    const last = this.#last;
    this.#last = { count, atMs: nowMs };
    if (last === undefined || count < last.count) return;
    if (this.#opened?.generation !== host.namespace.generation) {
      this.#opened?.socket.close();
      const { generation } = host.namespace;
      this.#opened = { generation, socket: await openUdp(host.namespace, '::', 0) };
    }
    const load = (1000 * (count - last.count)) / (nowMs - last.atMs);
    const text = `${host.name} ${load.toFixed(1)}`;
    // A report that finds no way is one that does not come.
    for (const router of this.routers) this.#opened.socket.send(text, REPORT_PORT, router, () => undefined);
  }
}

/** Hears reports at a router. */
export class ReportListener {
  #opened: Opened | undefined;

  constructor(
    readonly router: LabNode,
    readonly address: string,
    readonly onReport: (instance: string, load: number) => void,
  ) {}

  async listen(): Promise<void> {
    const { generation } = this.router.namespace;
    if (this.#opened?.generation === generation || !this.router.isRunning) return;
    this.#opened?.socket.close();
    const socket = await openUdp(this.router.namespace, this.address, REPORT_PORT);
    this.#opened = { generation, socket };
    socket.on('message', (text) => {
      const [instance, load] = text.toString('latin1').split(' ');
      if (instance !== undefined && Number.isFinite(Number(load))) this.onReport(instance, Number(load));
    });
  }
}

/** Datagrams and connections that a host has received so far. */
export function requestsAt(host: LabNode): number {
  return host.namespace.run(() =>
    COUNTED.reduce((sum, [file, pattern]) => {
      const found = pattern.exec(readFileSync(`/proc/thread-self/net/${file}`, 'latin1'));
      return sum + Number(found?.[1] ?? 0);
    }, 0),
  );
}
