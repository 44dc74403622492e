import type { Impairment } from '../topology/model/fault.js';

/** What is to happen to the packets that leave by one end of a link. */
export interface EndShape {
  /** All of them are lost. */
  readonly silent: boolean;
  readonly impairment: Impairment | undefined;
}

/** The ways in which a kernel, and the agent where it cannot, can do that. */
export type ShapingMethod = 'netem' | 'nftables' | 'tbf' | 'relay';

export const unshaped: EndShape = { silent: false, impairment: undefined };

/** One impairment over another: what it says is taken, the rest stays. */
export function overlay(below: Impairment | undefined, above: Impairment | undefined): Impairment | undefined {
  if (below === undefined || above === undefined) return above ?? below;
  const said = Object.fromEntries(Object.entries(above).filter(([, value]) => value !== undefined));
  return { ...below, ...said };
}

/** How a shape is made, with netem or without. */
export function methodsFor({ silent, impairment }: EndShape, hasNetem: boolean): readonly ShapingMethod[] {
  if (silent) return ['nftables'];
  if (impairment === undefined) return [];
  if (hasNetem) return ['netem'];
  const { delayMs = 0, duplicate = 0, reorder = 0, corrupt = 0, loss = 0, rateBps } = impairment;
  if (delayMs > 0 || duplicate > 0 || reorder > 0 || corrupt > 0) return ['relay', 'nftables'];
  return [...(loss > 0 ? (['nftables'] as const) : []), ...(rateBps === undefined ? [] : (['tbf'] as const))];
}

/** On packets that a relay sends on: they have had their delay. */
export const RELAYED_MARK = 0x6e65;

const LOSS_STEPS = 1_000_000;

/**
 * The table of one interface: what leaves by it, or a share of that, goes to a siding instead, to be lost or relayed.
 * If it were dropped here, the sender's TCP would learn of the loss, take it for a full queue, try again every 500 ms,
 * and give up the connection after 15 tries. A frame that was handed over counts as sent, as on a wire that loses it.
 */
export function nftTable(
  device: string,
  { silent, impairment }: EndShape,
  { siding, isRelayed }: { readonly siding: string; readonly isRelayed: boolean },
): string {
  const threshold = Math.round((impairment?.loss ?? 0) * LOSS_STEPS);
  const which =
    silent || (!isRelayed && threshold >= LOSS_STEPS)
      ? ''
      : isRelayed
        ? `meta mark ${String(RELAYED_MARK)} accept; `
        : `numgen random mod ${String(LOSS_STEPS)} < ${String(threshold)} `;
  return [
    `table netdev ${tableName(device)} {`,
    `  chain egress { type filter hook egress device "${device}" priority 0; policy accept; ${which}fwd to "${siding}"; }`,
    '}',
    '',
  ].join('\n');
}

/** Interfaces may have names that are no words of nft. */
export function tableName(device: string): string {
  return `nearcast_${device.replaceAll('-', '_')}`;
}

/** tc's words for an impairment in netem's terms (tc-netem(8)). */
export function netemWords({
  delayMs,
  jitterMs,
  loss,
  duplicate,
  reorder,
  corrupt,
  rateBps,
}: Impairment): readonly string[] {
  const percent = (share: number): string => `${String(Math.round(share * 1e6) / 1e4)}%`;
  const time = (ms: number): string => `${String(Math.round(ms * 1000))}us`;
  return [
    ...(delayMs === undefined ? [] : ['delay', time(delayMs), ...(jitterMs === undefined ? [] : [time(jitterMs)])]),
    ...(loss === undefined ? [] : ['loss', 'random', percent(loss)]),
    ...(duplicate === undefined ? [] : ['duplicate', percent(duplicate)]),
    ...(reorder === undefined ? [] : ['reorder', percent(reorder)]),
    ...(corrupt === undefined ? [] : ['corrupt', percent(corrupt)]),
    ...(rateBps === undefined ? [] : ['rate', `${String(rateBps)}bit`]),
  ];
}

/** tc's words for a rate alone: a bucket of 5 ms, at least one large frame, and 50 ms of queue (tc-tbf(8)). */
export function tbfWords(rateBps: number): readonly string[] {
  const burstBytes = Math.max(Math.ceil((rateBps * 0.005) / 8), 16_000);
  return ['rate', `${String(rateBps)}bit`, 'burst', `${String(burstBytes)}b`, 'latency', '50ms'];
}
