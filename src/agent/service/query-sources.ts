import { querySourcesCommand, querySourcesRuleset, readQuerySources } from '../../codec/server-counts.js';
import type { LabNode } from '../node/lab-node.js';

/** Kernels of hosts remember who queries their name servers. */
export class QuerySources {
  /** Once for each host, and again where its namespace is a new one. */
  readonly #watched = new Map<LabNode, { readonly generation: number; readonly done: Promise<unknown> }>();

  /** A kernel that cannot do it keeps no name server from starting. */
  async watch(host: LabNode): Promise<void> {
    const { generation } = host.namespace;
    const known = this.#watched.get(host);
    const done = known?.generation === generation ? known.done : host.runOutside(['nft', querySourcesRuleset]);
    this.#watched.set(host, { generation, done });
    await done;
  }

  /** Who has sent something to these addresses of a host; null where its kernel does not remember. */
  async of(host: LabNode, addresses: readonly string[]): Promise<readonly string[] | null> {
    const { status, output } = await host.runOutside([...querySourcesCommand]);
    return (status === 0 ? readQuerySources(output, addresses) : undefined) ?? null;
  }
}
