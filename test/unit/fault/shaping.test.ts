import test from 'ava';
import { methodsFor, netemWords, nftTable, overlay, tbfWords } from '../../../src/fault/shaping.js';

const shape = (impairment: Parameters<typeof netemWords>[0]) => ({ silent: false, impairment });

test('with netem it is asked for everything but silence', (t) => {
  t.deepEqual(methodsFor({ silent: true, impairment: undefined }, true), ['nftables']);
  t.deepEqual(methodsFor(shape({ delayMs: 1, rateBps: 1e6 }), true), ['netem']);
  t.deepEqual(methodsFor({ silent: false, impairment: undefined }, true), []);
});

test('without it the kernel does what it can, and a relay the rest', (t) => {
  t.deepEqual(methodsFor(shape({ loss: 0.1 }), false), ['nftables']);
  t.deepEqual(methodsFor(shape({ rateBps: 1e6 }), false), ['tbf']);
  t.deepEqual(methodsFor(shape({ loss: 0.1, rateBps: 1e6 }), false), ['nftables', 'tbf']);
  for (const one of [{ delayMs: 1 }, { duplicate: 0.1 }, { corrupt: 0.1 }, { delayMs: 1, loss: 0.1, rateBps: 1e6 }]) {
    t.deepEqual(methodsFor(shape(one), false), ['relay', 'nftables'], JSON.stringify(one));
  }
});

test('what a fault says comes over what the link says', (t) => {
  t.deepEqual(overlay({ delayMs: 5, loss: 0.1 }, { loss: 0.5, rateBps: undefined }), { delayMs: 5, loss: 0.5 });
  t.deepEqual(overlay(undefined, { loss: 0.5 }), { loss: 0.5 });
  t.is(overlay(undefined, undefined), undefined);
});

test('words and rules for the kernel', (t) => {
  t.deepEqual(
    netemWords({
      delayMs: 10,
      jitterMs: 2.5,
      loss: 0.01,
      duplicate: 0.001,
      reorder: 0.25,
      corrupt: 0.5,
      rateBps: 8000,
    }),
    [
      'delay',
      '10000us',
      '2500us',
      'loss',
      'random',
      '1%',
      'duplicate',
      '0.1%',
      'reorder',
      '25%',
      'corrupt',
      '50%',
      'rate',
      '8000bit',
    ],
  );
  t.deepEqual(tbfWords(10_000_000), ['rate', '10000000bit', 'burst', '16000b', 'latency', '50ms']);
  t.deepEqual(tbfWords(1e9).slice(2, 4), ['burst', '625000b']);
  const lost = { siding: 'siding0', isRelayed: false };
  t.regex(
    nftTable('up-link', { silent: true, impairment: undefined }, lost),
    /table netdev nearcast_up_link .*hook egress device "up-link" .*; policy accept; fwd to "siding0"; }/s,
  );
  t.regex(nftTable('eth1', shape({ loss: 0.1 }), lost), /numgen random mod 1000000 < 100000 fwd to "siding0"/);
  t.regex(nftTable('eth1', shape({ loss: 1 }), lost), /policy accept; fwd to "siding0";/, 'nft takes no share of all');
  t.regex(
    nftTable('eth1', shape({ delayMs: 1, loss: 1 }), { siding: 'siding0', isRelayed: true }),
    /meta mark 28261 accept; fwd to "siding0"/,
  );
});
