/**
 * The ranges nearcast takes its own addresses from. A file's link prefixes and anycast addresses must lie outside
 * them, so that adding a link to a file can never collide with an address the file chose. Private space only: RFC 1918
 * for IPv4, locally assigned unique local addresses for IPv6 (RFC 4193 section 3.2).
 */
export const reservedRanges = {
  ipv4: { links: '10.0.0.0/9', loopbacks: '10.255.0.0/16' },
  ipv6: { links: 'fd00::/48', loopbacks: 'fd00:0:ff::/48' },
} as const;

/**
 * How many of them there are for one lab: nearcast's own IPv4 network of a segment of switches is a /22, of which two
 * addresses are none's.
 */
export const addressSpace = { segments: 65_535, switchedSegments: 4096, switchedMembers: 1022 } as const;
