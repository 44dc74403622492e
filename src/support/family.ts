/** A family of addresses: IPv4 (RFC 791) or IPv6 (RFC 8200). */
export type Family = 'ipv4' | 'ipv6';

/** The family of an address or prefix in canonical text. Only text that was validated is asked: nothing is checked here. */
export function familyOf(address: string): Family {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

/** The family as a flag of `ip`, for an address or a prefix. */
export function ipFlag(address: string): '-4' | '-6' {
  return familyOf(address) === 'ipv6' ? '-6' : '-4';
}
