import test from 'ava';
import fc from 'fast-check';
import { echoIdOf, echoRequest, readEchoReply } from '../../../src/codec/echo.js';
import { parseIcmpError } from '../../../src/codec/icmp-error.js';

const PROTOCOL = { udp: 17, tcp: 6, icmp: 1, icmp6: 58, sctp: 132 };

function ipv4Packet(protocol: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header[9] = protocol;
  header.set([10, 0, 0, 1], 12);
  header.set([192, 0, 2, 53], 16);
  return Buffer.concat([header, payload]);
}

function ipv6Packet(protocol: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header[6] = protocol;
  header.set([0x20, 0x01, 0x0d, 0xb8], 24);
  header[39] = 0x53;
  return Buffer.concat([header, payload]);
}

const icmp = (type: number, code: number): Buffer => Buffer.from([type, code, 0, 0, 0, 0, 0, 0]);
/** The first eight bytes of a segment or datagram from port 40000. */
const ports = Buffer.from([0x9c, 0x40, 0, 53, 0, 1, 2, 3]);
const error4 = (type: number, code: number, protocol = PROTOCOL.tcp): Buffer =>
  ipv4Packet(1, Buffer.concat([icmp(type, code), ipv4Packet(protocol, ports)]));
const error6 = (type: number, code: number, protocol = PROTOCOL.tcp): Buffer =>
  Buffer.concat([icmp(type, code), ipv6Packet(protocol, ports)]);

test('codes tell nobody at that port from no way there', (t) => {
  const kinds4 = [
    [11, 0, 'hop-limit-exceeded'],
    [3, 0, 'unreachable'],
    [3, 1, 'unreachable'],
    [3, 2, 'refused'],
    [3, 3, 'refused'],
    [3, 13, 'unreachable'],
    [3, 4, undefined],
    [8, 0, undefined],
  ] as const;
  for (const [type, code, kind] of kinds4)
    t.is(parseIcmpError(error4(type, code), 'ipv4')?.kind, kind, `${type}/${code}`);
  const kinds6 = [
    [3, 0, 'hop-limit-exceeded'],
    [1, 0, 'unreachable'],
    [1, 1, 'unreachable'],
    [1, 3, 'unreachable'],
    [1, 4, 'refused'],
    [2, 0, undefined],
    [135, 0, undefined],
  ] as const;
  for (const [type, code, kind] of kinds6)
    t.is(parseIcmpError(error6(type, code), 'ipv6')?.kind, kind, `${type}/${code}`);
});

test('TCP, UDP and echoes are quoted from their first bytes, with where they were sent to', (t) => {
  t.deepEqual(parseIcmpError(error4(11, 0), 'ipv4'), {
    kind: 'hop-limit-exceeded',
    from: '10.0.0.1',
    protocol: 'tcp',
    destination: '192.0.2.53',
    quoted: ports,
  });
  t.deepEqual(parseIcmpError(error6(1, 4, PROTOCOL.udp), 'ipv6'), {
    kind: 'refused',
    from: undefined,
    protocol: 'udp',
    destination: '2001:db8::53',
    quoted: ports,
  });
  t.is(parseIcmpError(error4(3, 1, PROTOCOL.icmp), 'ipv4')?.protocol, 'icmp');
  t.is(parseIcmpError(error6(1, 0, PROTOCOL.icmp6), 'ipv6')?.protocol, 'icmp');
  t.is(parseIcmpError(error4(3, 1, PROTOCOL.sctp), 'ipv4'), undefined);
  t.is(parseIcmpError(error4(11, 0).subarray(0, -1), 'ipv4'), undefined, 'less than eight bytes are quoted');
});

test('an echo is told by its id and sequence, and IPv4 has its checksum', (t) => {
  const echo = { id: 0x1234, sequence: 0xfffe };
  const request = echoRequest('ipv4', echo);
  let sum = 0;
  for (let at = 0; at < request.length; at += 2) sum += request.readUInt16BE(at);
  t.is(((sum & 0xffff) + (sum >>> 16)) & 0xffff, 0xffff);
  t.deepEqual(echoIdOf(request), echo);
  t.is(readEchoReply(ipv4Packet(1, request), 'ipv4'), undefined, 'a request is no reply');
  const reply = Buffer.from(request);
  reply[0] = 0;
  t.deepEqual(readEchoReply(ipv4Packet(1, reply), 'ipv4'), echo);
  const reply6 = echoRequest('ipv6', echo);
  reply6[0] = 129;
  t.deepEqual(readEchoReply(reply6, 'ipv6'), echo);
});

test('any bytes at all are read without an error', (t) => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 140 }),
      fc.constantFrom('ipv4' as const, 'ipv6' as const),
      (array, family) => {
        parseIcmpError(Buffer.from(array), family);
        readEchoReply(Buffer.from(array), family);
      },
    ),
    { numRuns: 500 },
  );
  t.pass();
});
