import { inShell, type LabMutation, type MutatedLab } from './model.js';

/** What a server does, in its host's files: another name, answers from another address, or silence for so many milliseconds. */
const MODE = '/run/nearcast-mode';
const GAP_SEEN = '/run/nearcast-gap';

/**
 * An identity service in DNS that does as its host's file says. A silence begins with the first query after the file is there; how long
 * it was, between the first query that was left out and the first that was answered again, is written down.
 */
const server = String.raw`
use strict; use Socket qw(:all); use Time::HiRes qw(time);
my $name = $ENV{NEARCAST_NODE}; my $bits = ""; my %sockets; my $until = 0; my $since = 0; my $other;
sub open_at { my ($address, $port) = @_;
  socket(my $socket, AF_INET, SOCK_DGRAM, 0) or die "socket: $!";
  bind($socket, pack_sockaddr_in($port, inet_aton($address))) or die "bind $address: $!"; $socket }
for (split " ", $ENV{NEARCAST_ADDRESSES}) { my $socket = open_at($_, $ENV{NEARCAST_PORT});
  $sockets{fileno $socket} = $socket; vec($bits, fileno $socket, 1) = 1 }
for (;;) {
  select(my $ready = $bits, undef, undef, undef);
  for (grep { vec($ready, $_, 1) } keys %sockets) {
    my $from = recv($sockets{$_}, my $question, 512, 0);
    my $mode = "";
    if (open(my $file, "<", "${MODE}")) { chomp($mode = <$file> // "") }
    my $is_check = (unpack_sockaddr_in($from))[1] eq inet_aton("127.0.0.1");
    if (!$is_check && $mode =~ /^gap (\d+)/) { unlink "${MODE}"; $since = time; $until = $since + $1 / 1000 }
    if (!$is_check && $until > 0) {
      if (time < $until) { next }
      open(my $file, ">", "${GAP_SEEN}"); print $file int(1e6 * (time - $since)); close $file; $until = 0 }
    my $says = $mode =~ /^name (\S+)/ ? $1 : $name;
    my $head = substr($question, 0, 2) . pack("n5", 0x8400, 1, 1, 0, 0);
    my $text = pack("nnnNn", 0xc00c, 16, 3, 0, 1 + length $says) . pack("C/a*", $says);
    my $by = $sockets{$_};
    if (!$is_check && $mode =~ /^from (\S+)/) { $by = $other //= open_at($1, $ENV{NEARCAST_PORT}) }
    send($by, $head . substr($question, 12, 15) . $text, 0, $from);
  }
}
`;

const text = `
name: mutated-servers
nodes:
  client1:  {kind: host}
  client2:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - [client2, router2]
  - [router1, router2]
  - [router1, server-a]
  - [router2, server-b]
anycast:
  service:
    addresses: [192.0.2.53]
    instances: [server-a, server-b]
    health: {interval: 500ms, timeout: 2s, fall: 4}
    serve: {command: [perl, -e, ${JSON.stringify(server)}], port: 53, protocol: dns}
expect: {client1: server-a, client2: server-b}
`;

function mode(node: string, word: string): LabMutation['inject'] {
  return async (lab) => {
    const { nodes } = await lab.plan();
    const own = nodes.find(({ name }) => name === node)?.interfaces[0]?.addresses[0]?.split('/')[0] ?? '';
    await inShell(lab, node, word === '' ? `rm -f ${MODE}` : `echo ${word.replace('OWN', own)} > ${MODE}`);
  };
}

const here = '- {expect: {client1: server-a, client2: server-b, within: 2s}}';

const mutations: readonly LabMutation[] = [
  {
    pitfall: 8,
    what: 'answers that come from the address of the host, not from the one that was asked',
    inject: mode('server-a', 'from OWN'),
    mend: mode('server-a', ''),
    steps: [here],
    cause: /client1: the answer to its query to 192\.0\.2\.53 comes from 10\.\S+ \(server-a\), not from 192\.0\.2\.53/,
  },
  {
    pitfall: 8,
    what: 'the same identity at all instances',
    inject: mode('server-b', 'name server-a'),
    mend: mode('server-b', ''),
    steps: [here],
    cause: /server-b: its server of service calls itself server-a/,
  },
];

export const serverMutations: MutatedLab = { text, mutations };

export { GAP_SEEN, MODE };
