import test from 'ava';
import { missingDevices } from '../../../../src/agent/node/missing-devices.js';

const unknown = 'Error: Unknown device type.';

test('a device that the kernel does not have is named, with its module', (t) => {
  t.is(
    missingDevices('ip link add t0 type gre local 192.0.2.1 remote 192.0.2.2', unknown),
    'this kernel has no devices of type gre: ask root for  modprobe ip_gre,  or for a kernel with CONFIG_NET_IPGRE',
  );
  t.regex(
    missingDevices('sh -c ip link add a type ipip && ip link add b type sit; ip route add default dev a', unknown) ??
      '',
    /type ipip or sit: .* modprobe ipip sit, .* CONFIG_NET_IPIP and CONFIG_IPV6_SIT$/,
  );
  t.is(missingDevices('ip link add t0 type can', unknown), 'this kernel has no devices of type can');
});

test('what fails for another reason is left as the program says it', (t) => {
  t.is(missingDevices('ip link add t0 type vxlan id 7', 'RTNETLINK answers: File exists'), undefined);
  t.is(
    missingDevices('ip route add 192.0.2.0/24 encap mpls 7', 'RTNETLINK answers: Operation not supported'),
    undefined,
  );
});
