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

/** Where a program listens: at each of its addresses, in a set for select(2). */
const listening = String.raw`
use strict; use Socket qw(:all); $| = 1;
my $name = shift; my $bits = ""; my %sockets;
sub place { my ($address, $port) = @_; $address =~ /:/
  ? (AF_INET6, pack_sockaddr_in6($port, inet_pton(AF_INET6, $address)))
  : (AF_INET, pack_sockaddr_in($port, inet_aton($address))) }
sub listens { my ($kind) = @_;
  for my $address (split " ", $ENV{NEARCAST_ADDRESSES}) {
    my ($family, $at) = place($address, $ENV{NEARCAST_PORT});
    socket(my $socket, $family, $kind, 0) or die "socket: $!";
    setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1);
    bind($socket, $at) or die "bind $address: $!";
    listen($socket, 64) if $kind == SOCK_STREAM;
    $sockets{fileno $socket} = $socket; vec($bits, fileno $socket, 1) = 1;
  }
}
sub ready { select(my $ready = $bits, undef, undef, undef); map { $sockets{$_} } grep { vec($ready, $_, 1) } keys %sockets }
sub line { my ($address, $port) = @_; my ($family, $at) = place($address, $port);
  socket(my $socket, $family, SOCK_STREAM, 0); connect($socket, $at) or return "nobody\n"; scalar <$socket> }
`;

/** A store: it gives its first word to each connection, and closes it. */
export const perlStore = String.raw`${listening}
listens(SOCK_STREAM);
for (;;) { for (ready()) { accept(my $connection, $_) or next; syswrite($connection, "$name\n"); close($connection) } }
`;

/** A front over UDP, which is a client of the store at its second and third word: asked for "both", it names both. */
export const perlFront = String.raw`${listening}
my ($address, $port) = @ARGV; listens(SOCK_DGRAM);
for (;;) { for (ready()) {
  my $from = recv($_, my $question, 512, 0);
  send($_, $question eq "both" ? "$name with " . line($address, $port) : "$name\n", 0, $from);
} }
`;

/** Connects to an address and a port, and prints the first line that comes: perl takes five times as long to start. */
export const bashClient = 'exec 3<>"/dev/tcp/$1/$2" && read -r line <&3 && echo "$line"';

/** Asks at an address and a port, and prints what comes: by a connection, or by a datagram from a port with some text. */
export const perlClient = String.raw`
use strict; use Socket qw(:all); $| = 1;
my ($address, $port, $from, $text) = @ARGV; my $six = $address =~ /:/;
my $at = $six ? pack_sockaddr_in6($port, inet_pton(AF_INET6, $address)) : pack_sockaddr_in($port, inet_aton($address));
socket(my $socket, $six ? AF_INET6 : AF_INET, defined $text ? SOCK_DGRAM : SOCK_STREAM, 0) or die "socket: $!";
bind($socket, $six ? pack_sockaddr_in6($from, IN6ADDR_ANY) : pack_sockaddr_in($from, INADDR_ANY)) or die "bind: $!" if $from;
connect($socket, $at) or die "connect: $!";
if (defined $text) { send($socket, $text, 0); recv($socket, my $answer, 512, 0); print $answer }
else { print scalar <$socket> }
`;
