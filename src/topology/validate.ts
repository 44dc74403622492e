import { checkAnswers } from './checks/answers.js';
import { checkAsks } from './checks/asks.js';
import { checkExpectations } from './checks/expectations.js';
import {
  checkAnycastAddresses,
  checkInstances,
  checkLoads,
  checkServing,
  checkSinkholes,
  checkStores,
} from './checks/anycast.js';
import { checkAsns, checkCoveringPrefixes, checkPolicies, checkPrefixes, checkReflectors } from './checks/bgp.js';
import type { Check, Checked } from './checks/checked.js';
import {
  checkDetection,
  checkFrrLines,
  checkLinkImpairments,
  checkLinks,
  checkNodes,
  checkNodeSettings,
  checkTitle,
  checkForecast,
} from './checks/links.js';
import { checkContainers, checkPlaces } from './checks/containers.js';
import { checkInterfaces, checkNames } from './checks/names.js';
import { checkEndAddresses, checkLinkPrefixes, checkPrefixOverlaps } from './checks/prefixes.js';
import { checkIsisSegments, checkReachability, checkRouters, checkStaticRoutes } from './checks/reachability.js';
import { checkSelections } from './checks/selection.js';
import { checkRoots, checkSigned, checkZones } from './checks/dns/name-servers.js';
import { checkScenario } from './checks/scenario.js';
import { checkAddressSpace } from './checks/ranges.js';
import type { Finding } from './model/finding.js';

const checks: readonly Check[] = [
  checkNames,
  checkTitle,
  checkNodes,
  checkNodeSettings,
  checkForecast,
  checkFrrLines,
  checkContainers,
  checkPlaces,
  checkLinks,
  checkLinkImpairments,
  checkDetection,
  checkInterfaces,
  checkLinkPrefixes,
  checkEndAddresses,
  checkPrefixOverlaps,
  checkAddressSpace,
  checkAnycastAddresses,
  checkInstances,
  checkServing,
  checkLoads,
  checkAsks,
  checkStores,
  checkSinkholes,
  checkZones,
  checkSigned,
  checkRoots,
  checkRouters,
  checkReachability,
  checkIsisSegments,
  checkStaticRoutes,
  checkSelections,
  checkAsns,
  checkPolicies,
  checkPrefixes,
  checkReflectors,
  checkCoveringPrefixes,
  checkAnswers,
  checkExpectations,
  checkScenario,
];

/** Everything that is wrong with the meaning of a file whose shape is right. */
export function validate(checked: Checked): readonly Finding[] {
  return checks.flatMap((check) => check(checked));
}
