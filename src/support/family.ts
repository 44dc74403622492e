/** A family of addresses: IPv4 (RFC 791) or IPv6 (RFC 8200). */
export type Family = 'ipv4' | 'ipv6';

/** The family of an address or prefix in canonical text. Only text that was validated is asked: nothing is checked here. */
export function familyOf(address: string): Family {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}
