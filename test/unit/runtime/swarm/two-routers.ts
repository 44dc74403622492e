import { planOf } from '../../plan/plan-of.js';

/** A client and two routers in a row: enough for a lab on two machines. */
export const twoRouters = planOf(`
name: two
nodes:
  client1: {kind: host}
  router1: {kind: router}
  router2: {kind: router}
links: [[client1, router1], [router1, router2]]
`);
