import test from 'ava';
import { areInForce } from '../../../../src/agent/system/addresses-in-force.js';

const addresses = `fe80000000000000006e00fffe000001 64 40 20 82     eth1
fd000000000000010000000000000001 64 40 00 82     eth1
00000000000000000000000000000001 01 80 10 80       lo
`;
const toLoopback = '00000000000000000000000000000001 80 00000000000000000000000000000000 00';
const toNetwork = 'fd000000000000010000000000000000 40 00000000000000000000000000000000 00';
const toLinkLocal = 'fe80000000000000006e00fffe000001 80 00000000000000000000000000000000 00';
const toAddress = 'fd000000000000010000000000000001 80 00000000000000000000000000000000 00';

test('an address is in force once the kernel has a local route to it', (t) => {
  t.false(areInForce(addresses, [toLoopback, toNetwork, toLinkLocal].join('\n')));
  t.true(areInForce(addresses, [toLoopback, toNetwork, toLinkLocal, toAddress].join('\n')));
});

test('where there are no IPv6 addresses, nothing is waited for', (t) => {
  t.true(areInForce('', ''));
});
