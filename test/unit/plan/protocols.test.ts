import test from 'ava';
import type { LabPlan } from '../../../src/plan/model.js';
import { configures, protocols, protocolsOf, routingProtocols } from '../../../src/plan/protocols.js';
import { drainBgp } from '../../../src/render/drain.js';
import { renderLab } from '../../../src/render/render.js';
import { bundledPlan } from './plan-of.js';

const spokenAt = ({ nodes }: LabPlan, name: string): readonly string[] => {
  const routing = nodes.find((node) => node.name === name)?.routing;
  return routing === undefined ? [] : protocolsOf(routing);
};

test('a node speaks the protocols whose daemons nearcast configures, in the order in which they build on each other', (t) => {
  t.deepEqual(spokenAt(bundledPlan('figure1'), 'router1'), ['ospfv2', 'ospfv3']);
  t.is(spokenAt(bundledPlan('bgp-triangle'), 'router1').at(-1), 'bgp');
  const byLines = {
    daemons: ['zebra', 'ospfd', 'bgpd'],
    lineDaemons: [{ daemon: 'bgpd', line: 'router bgp 1' }],
  } as const;
  t.deepEqual(protocolsOf(byLines), ['ospfv2']);
});

test('every protocol has a daemon of its own, and a file for it wherever it is spoken', (t) => {
  const daemons = routingProtocols.map((protocol) => protocols[protocol].daemon);
  t.is(new Set(daemons).size, daemons.length);
  for (const name of ['figure1', 'bgp-triangle']) {
    const plan = bundledPlan(name);
    const { nodes } = renderLab(plan);
    for (const { name: node, routing } of plan.nodes) {
      for (const daemon of daemons) {
        const isConfigured = routing !== undefined && configures(routing, daemon);
        t.is((nodes[node]?.[`${daemon}.conf`] ?? '') !== '', isConfigured, `${name}: ${daemon} of ${node}`);
      }
    }
  }
});

test('BGP is drained by a graceful shutdown, and only where it is spoken', (t) => {
  const drainedAt = (topology: string, isDrained: boolean): readonly string[] => {
    const node = bundledPlan(topology).nodes.find((each) => each.name === 'router1');
    return node?.routing === undefined ? ['no router1'] : drainBgp(node, node.routing, isDrained);
  };
  t.is(drainedAt('bgp-triangle', true)[1], 'bgp graceful-shutdown');
  t.is(drainedAt('bgp-triangle', false)[1], 'no bgp graceful-shutdown');
  t.deepEqual(drainedAt('figure1', true), []);
});
