import type { Sighting } from '../protocol/sighting.js';
import { probeKinds } from '../topology/model/probe-kind.js';
import { instanceText, pathText } from './answers-text.js';
import { groupedBy, columns, milliseconds } from './format.js';

/** More flows than this of one client to one address are counted, not listed. */
const FLOWS_LISTED = 8;
/** More of an answer than this makes a table unreadable. */
const OUTPUT_SHOWN = 60;

/** One round of probes as a table: each of them, or with many flows the number of each result. */
export function sightingsText(seen: readonly Sighting[], width = Infinity): string {
  if (seen.length === 0) return 'no client has anything to probe in this lab';
  const groups = groupedBy(seen, ({ client, address }) => `${client} ${address}`);
  return groups.some((group) => group.length > FLOWS_LISTED) ? countsText(groups, width) : listText(seen, width);
}

function listText(seen: readonly Sighting[], width: number): string {
  const reported = new Set(seen.map(({ kind }) => probeKinds[kind].reports));
  if (reported.has('repliers')) return repliersText(seen, width);
  const isTrace = reported.has('way');
  return columns(
    ['CLIENT', 'ADDRESS', 'PORT', 'ANSWERED BY', 'FATE', 'RTT', ...(isTrace ? ['COST', 'PATH'] : ['STATUS', 'OUTPUT'])],
    seen.map(({ client, address, sourcePort, instance, fate, rttMs, status, output, path, cost }) => [
      client,
      address,
      numberText(sourcePort),
      answererText(instance, fate),
      fate,
      rttMs === null ? '-' : milliseconds(rttMs),
      ...(isTrace ? [numberText(cost), pathText(path)] : [numberText(status), outputText(output)]),
    ]),
    width,
  );
}

/** How many replied to one request, and who. */
function repliersText(seen: readonly Sighting[], width: number): string {
  return columns(
    ['CLIENT', 'ADDRESS', 'FATE', 'FIRST RTT', 'REPLIES', 'FROM'],
    seen.map(({ client, address, fate, rttMs, replies = [] }) => [
      client,
      address,
      fate,
      rttMs === null ? '-' : milliseconds(rttMs),
      String(replies.length),
      [...replies].sort().join(', ') || '-',
    ]),
    width,
  );
}

function countsText(groups: readonly (readonly Sighting[])[], width: number): string {
  const rows = groups.flatMap((group) =>
    groupedBy(group, ({ instance, fate }) => `${fate} ${instance ?? ''}`).flatMap((alike) => {
      const [first] = alike;
      if (first === undefined) return [];
      const rtts = alike.flatMap(({ rttMs }) => rttMs ?? []).sort((a, b) => a - b);
      const median = rtts[rtts.length >> 1];
      const share = `${((100 * alike.length) / group.length).toFixed(1)} %`;
      return [
        [
          first.client,
          first.address,
          answererText(first.instance, first.fate),
          first.fate,
          String(alike.length),
          share,
          median === undefined ? '-' : milliseconds(median),
        ],
      ];
    }),
  );
  return columns(['CLIENT', 'ADDRESS', 'ANSWERED BY', 'FATE', 'FLOWS', 'SHARE', 'RTT'], rows, width);
}

/** An answer need not name an instance. */
function answererText(instance: string | null, fate: Sighting['fate']): string {
  return instance === null && fate === 'answered' ? '-' : instanceText(instance);
}

/** One line: what a terminal would take for more than text is left out. */
function outputText(output: string): string {
  const line = output.replace(/[\p{Cc}\p{Cf}\uFFFD\s]+/gu, ' ').trim();
  return line === '' ? '-' : line.length > OUTPUT_SHOWN ? `${line.slice(0, OUTPUT_SHOWN)}...` : line;
}

function numberText(number: number | null): string {
  return number === null ? '-' : String(number);
}
