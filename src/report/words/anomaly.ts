import type { Anomaly, LineAnomaly, SettingAnomaly } from '../../protocol/anomaly.js';
import { formatDuration } from '../../support/duration.js';

/** What is not as the lab was made, without the node: `bgpd has the line "bgp graceful-shutdown", which is not the lab's`. */
export function anomalyText(anomaly: Anomaly): string {
  switch (anomaly.kind) {
    case 'line':
      return lineText(anomaly);
    case 'setting':
      return `${anomaly.key} is ${anomaly.value}, not ${anomaly.wanted}: ${effects[anomaly.effect]}`;
    case 'unheld':
      return `announces ${anomaly.service}, and its loopback does not have ${anomaly.address}`;
    case 'dead-service':
      return `is announced for ${anomaly.service}, and its server does not answer; its health check passes all the same: ${anomaly.check}`;
    case 'failing-check':
      return `is not announced for ${anomaly.service}, though its server answers: its health check fails: ${anomaly.check}`;
    case 'unsteady':
      return `was announced and withdrawn ${String(anomaly.changes)} times in ${formatDuration(anomaly.withinMs)} for ${anomaly.service}: its check goes up and down, with rise ${String(anomaly.rise)} and fall ${String(anomaly.fall)}`;
    case 'nobody-announces':
      return `no instance announces ${anomaly.service}, and no prefix that covers it`;
    case 'false-name':
      return `its server of ${anomaly.service} calls itself ${anomaly.says}`;
    case 'other-source':
      return `the answer to its query to ${anomaly.address} comes from ${anomaly.from}${anomaly.of === null ? '' : ` (${anomaly.of})`}, not from ${anomaly.address}`;
    case 'stranger':
      return `announces ${anomaly.prefix} of ${anomaly.service}, and is no instance of it`;
    case 'untold':
      return `has ${anomaly.address} of ${anomaly.service}, and its routing daemons do not announce it`;
    case 'own-route':
      return `its kernel has a route to ${anomaly.service} that no routing daemon gave it: ${anomaly.route}`;
    case 'queue':
      return `${anomaly.interface} has a queue that is not the lab's (${anomaly.queue})`;
    case 'neighbor-entry':
      return `${anomaly.interface} has a permanent entry for the neighbor ${anomaly.address} that is not the lab's`;
  }
}

const effects: Readonly<Record<SettingAnomaly['effect'], string>> = {
  'one-way': 'it drops packets that come another way than it would send to their source, as anycast answers do',
  'not-forwarding': 'it does not forward packets',
  'one-path': 'all flows between two addresses take one path',
};

/** How to repair it, where that is known. */
export function anomalyRemedy(anomaly: Anomaly): string | undefined {
  switch (anomaly.kind) {
    case 'line':
      return anomaly.is === 'missing'
        ? `in ${anomaly.daemon}, ${place(anomaly)}:  ${anomaly.line}`
        : `in ${anomaly.daemon}, ${place(anomaly)}:  ${anomaly.line.startsWith('no ') ? anomaly.line.slice(3) : `no ${anomaly.line}`}`;
    case 'setting':
      return `exec ${anomaly.node} sysctl -w ${anomaly.key}=${anomaly.wanted}`;
    case 'unsteady':
      return 'raise "rise" and "fall" of "health"';
    case 'dead-service':
    case 'failing-check':
      return 'correct "check" of "health", or leave it out: then the instance itself is asked, over loopback';
    case 'other-source':
      return 'a server has to answer from the address that it was asked at: it binds to each one, or uses IP_PKTINFO';
    case 'queue':
      return `exec ${anomaly.node} tc qdisc del dev ${anomaly.interface} root`;
    case 'own-route':
      return `exec ${anomaly.node} ip route del ${anomaly.route}`;
    case 'neighbor-entry':
      return `exec ${anomaly.node} ip neighbour del ${anomaly.address} dev ${anomaly.interface}`;
    case 'unheld':
    case 'nobody-announces':
    case 'false-name':
    case 'stranger':
    case 'untold':
      return undefined;
  }
}

function lineText({ daemon, is, block, line, whose }: LineAnomaly): string {
  const where = block === '' ? '' : ` in "${block}"`;
  const owner = whose === undefined ? '' : `: that is an address of ${whose}`;
  return is === 'missing'
    ? `${daemon} lacks the line "${line}"${where}`
    : `${daemon} has the line "${line}"${where}, which is not the lab's${owner}`;
}

function place({ block }: LineAnomaly): string {
  return block === '' ? 'at the top' : `in "${block}"`;
}
