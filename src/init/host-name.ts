/** The host name of a node: its own name, but an underscore is in no host name (RFC 952). */
export function hostNameOf(node: string): string {
  return node.replaceAll('_', '-');
}
