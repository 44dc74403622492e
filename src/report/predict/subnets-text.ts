import colors from 'picocolors';
import type { SubnetPrediction } from '../../predict/subnet-routers.js';
import { columns } from '../format.js';

/** Which routers will answer at the addresses of IPv6 subnets, one row for each client. */
export function subnetRoutersText(predictions: readonly SubnetPrediction[]): string {
  return columns(
    ['CLIENT', 'SUBNET-ROUTER ADDRESS', 'ANSWERED BY', 'CERTAINTY'],
    predictions.map(({ client, address, routers, certainty }) => [
      client,
      address,
      routers.length === 0 ? colors.red('nobody') : colors.green(routers.join(' or ')),
      { certain: certainty, tie: colors.yellow(certainty), unreached: colors.red(certainty) }[certainty],
    ]),
  );
}
