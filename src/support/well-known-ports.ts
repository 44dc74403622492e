/** RFC 1035 section 4.2. */
export const DNS_PORT = 53;
/** RFC 9110 section 4.2.1. */
export const HTTP_PORT = 80;
