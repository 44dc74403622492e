/** An IPv6 network whose prefix the file gives: all its routers have its first address (RFC 4291 section 2.6.1). */
export interface PlanSubnet {
  readonly segment: number;
  readonly prefix: string;
  readonly address: string;
}
