/**
 * A program of a user's that serves: an identity service in DNS, in the perl of every Debian. It listens where its
 * environment says, names itself by its first word.
 */
export const perlServer = String.raw`
use strict; use Socket qw(:all); $| = 1;
my $name = shift; my $bits = ""; my %sockets;
for my $address (split " ", $ENV{NEARCAST_ADDRESSES}) {
  my $six = $address =~ /:/; my $port = $ENV{NEARCAST_PORT};
  my $at = $six ? pack_sockaddr_in6($port, inet_pton(AF_INET6, $address)) : pack_sockaddr_in($port, inet_aton($address));
  socket(my $socket, $six ? AF_INET6 : AF_INET, SOCK_DGRAM, 0) or die "socket: $!";
  bind($socket, $at) or die "bind $address: $!";
  $sockets{fileno $socket} = $socket; vec($bits, fileno $socket, 1) = 1;
}
print "$name serves $ENV{NEARCAST_SERVICE}\n";
for (;;) {
  select(my $ready = $bits, undef, undef, undef);
  for (grep { vec($ready, $_, 1) } keys %sockets) {
    my $from = recv($sockets{$_}, my $question, 512, 0);
    my $head = substr($question, 0, 2) . pack("n5", 0x8400, 1, 1, 0, 0);
    my $text = pack("nnnNn", 0xc00c, 16, 3, 0, 1 + length $name) . pack("C/a*", $name);
    send($sockets{$_}, $head . substr($question, 12, 15) . $text, 0, $from);
  }
}
`;
