import { closeSync } from 'node:fs';
import koffi from 'koffi';
import { LabError } from '../../errors.js';
import { errorsIn, marksRequest, type PacketMarks } from '../../codec/nftables.js';
import type { Family } from '../../plan/model.js';
import type { NetNamespace } from './kernel.js';

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2_000_000;
const NETLINK_NETFILTER = 12;
const MSG_DONTWAIT = 0x40;
const ANSWER_BYTES = 65_536;
const TABLE = 'nearcast';

type Call = (...args: unknown[]) => number;

/** Configures kernels, by nf_tables, to mark packets. */
export class MarkSetter {
  readonly #socket: Call;
  readonly #send: Call;
  readonly #recv: Call;

  constructor() {
    const libc = koffi.load('libc.so.6');
    this.#socket = libc.func('int socket(int domain, int type, int protocol)') as Call;
    this.#send = libc.func('intptr_t send(int fd, void *data, size_t size, int flags)') as Call;
    this.#recv = libc.func('intptr_t recv(int fd, void *data, size_t size, int flags)') as Call;
  }

  /**
   * From now on a namespace marks these packets of a family, and no others. Throws PLATFORM_UNSUPPORTED where the
   * kernel does not take it.
   */
  set(namespace: NetNamespace, family: Family, marks: readonly PacketMarks[]): void {
    const request = Buffer.concat(marksRequest(TABLE, family, marks));
    const answers = namespace.run(() => {
      const descriptor = this.#socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
      if (descriptor < 0) return [koffi.errno()];
      try {
        if (this.#send(descriptor, request, request.length, 0) < 0) return [koffi.errno()];
        const answer = Buffer.alloc(ANSWER_BYTES);
        const errors: number[] = [];
        // The kernel has answered by the time that it has taken the request.
        for (let size = 1; size > 0;) {
          size = this.#recv(descriptor, answer, answer.length, MSG_DONTWAIT);
          if (size > 0) errors.push(...errorsIn(answer.subarray(0, size)));
        }
        return errors;
      } finally {
        closeSync(descriptor);
      }
    });
    const [errno] = answers;
    if (errno === undefined) return;
    const word = Object.entries(koffi.os.errno).find(([, value]) => value === errno)?.[0] ?? String(errno);
    throw new LabError('PLATFORM_UNSUPPORTED', `this kernel cannot choose for each packet by nf_tables: ${word}`, {
      hint: 'selection: hash  needs no nf_tables; for random and round-robin, load the modules nf_tables and nft_numgen',
    });
  }
}
