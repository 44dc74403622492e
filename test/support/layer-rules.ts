/** A folder that may import all others. */
export const everything = '*';

const topologyReaders = [
  'topology',
  ...'model model/place file foreign foreign/kathara checks checks/dns'.split(' ').map((each) => `topology/${each}`),
];
const planned = ['topology/model', 'topology/model/place', 'plan', 'plan/parts'];
const reported = [...planned, 'protocol', 'picture', 'assert', 'scenario', 'report'];
const judged = [...planned, 'forecast', 'predict', 'render', 'protocol', 'measure'];
const agentSystem = ['plan', 'protocol', 'codec'];
const agentNode = [
  ...planned,
  ...'dnssec forecast forecast/remarks render protocol codec init agent/system'.split(' '),
];
const agentLab = [...agentNode, 'fault', 'agent/node', 'agent/service', 'agent/selection', 'agent/shaping'];
const agentWatch = [...agentLab, 'measure', 'agent/lab'];
const runtimeShared = [...planned, 'placement', 'render', 'protocol', 'init', 'setup', 'runtime'];

/**
 * Which folders of src/ a folder may import, besides itself, `errors`, `support` and `frr`. A folder within a folder has a
 * rule of its own. A new one needs a decision. A folder imports only those above it, but `runtime/` its parts.
 */
export const layerRules: Readonly<Record<string, readonly string[] | typeof everything>> = {
  ...Object.fromEntries(
    ['errors', 'support', 'checkout', 'frr', 'setup', 'dnssec', 'guide', 'internet', 'generate', 'start'].map(
      (each) => [each, []],
    ),
  ),
  'topology/model': ['topology/model/place'],
  'topology/model/place': [],
  'topology/file': ['topology/model', 'topology/model/place'],
  'topology/checks': ['dnssec', 'topology/model', 'topology/model/place', 'topology/file', 'topology/checks/dns'],
  'topology/checks/dns': ['dnssec', 'topology/model', 'topology/file', 'topology/checks'],
  'topology/foreign': ['topology/model', 'topology/file'],
  'topology/foreign/kathara': ['topology/model', 'topology/file', 'topology/foreign'],
  topology: topologyReaders,
  'topology/grading': topologyReaders,
  plan: ['dnssec', ...planned, 'plan/wiring'],
  placement: [...planned, 'placement/partition'],
  'placement/partition': [],
  'plan/parts': planned,
  'plan/wiring': planned,
  'forecast/bgp': planned,
  forecast: [...planned, 'forecast/bgp'],
  'forecast/remarks': [...planned, 'forecast', 'forecast/bgp'],
  render: planned,
  export: [...planned, 'topology/foreign', 'render'],
  protocol: [...planned, 'render'],
  codec: ['plan', 'forecast', 'protocol'],
  measure: ['plan', 'forecast', 'protocol'],
  fault: [...planned, 'forecast', 'protocol'],
  picture: [...planned, 'forecast', 'fault', 'picture/geometry'],
  'picture/geometry': [],
  'picture/terminal': ['picture'],
  predict: [...planned, 'forecast', 'fault'],
  'agent/system': agentSystem,
  init: ['plan', 'protocol', 'agent/system'],
  'agent/node': agentNode,
  'agent/service': [...agentNode, 'agent/node', 'measure'],
  'agent/selection': [...agentNode, 'agent/node'],
  'agent/shaping': [...agentNode, 'fault', 'agent/node'],
  'agent/lab': agentLab,
  'agent/record': agentWatch,
  'agent/routing': [...agentWatch, 'agent/record', 'agent/routing/quiet'],
  'agent/routing/quiet': [...agentWatch, 'agent/record', 'agent/routing'],
  'agent/probe': agentWatch,
  'agent/capture': agentWatch,
  'agent/fault': agentWatch,
  'agent/step': [...agentWatch, 'agent/record', 'agent/routing', 'agent/routing/quiet', 'agent/probe', 'agent/fault'],
  agent: [...agentWatch, 'agent/record', 'agent/routing', 'agent/probe', 'agent/capture', 'agent/fault', 'agent/step'],
  runtime: [...runtimeShared, 'runtime/netns', 'runtime/docker', 'runtime/docker/images', 'runtime/swarm'],
  'runtime/netns': runtimeShared,
  'runtime/docker': [...runtimeShared, 'runtime/docker/images'],
  'runtime/docker/images': ['plan', 'setup', 'runtime', 'runtime/docker'],
  relay: [],
  'runtime/swarm/conductor': ['plan', 'plan/parts', 'topology/model', 'protocol', 'codec', 'measure', 'runtime'],
  'runtime/swarm': [...runtimeShared, 'relay', 'runtime/docker', 'runtime/docker/images', 'runtime/swarm/conductor'],
  assert: [...judged, 'assert/limits'],
  'assert/limits': [...judged, 'assert'],
  'report/words': [...planned, 'forecast', 'protocol'],
  lab: [...planned, 'protocol', 'runtime', 'assert', 'report/words'],
  scenario: [
    ...planned,
    ...topologyReaders,
    'topology/grading',
    'forecast',
    'predict',
    'render',
    'protocol',
    'runtime',
    'assert',
    'report/words',
    'lab',
    'picture',
  ],
  report: [...planned, 'topology', 'guide', 'protocol', 'picture', 'assert', 'scenario', 'report/words'],
  'report/predict': [...planned, 'placement', 'internet', 'forecast', 'predict', 'report', 'report/words'],
  'report/html': reported,
  'report/files': [...reported, 'topology'],
  'view/page/state': ['topology/model', 'picture', 'view'],
  'view/page/terminal': ['view/page/state'],
  'view/page/time': ['topology/model', 'picture', 'view', 'view/page/state'],
  'view/page': ['topology/model', 'picture', 'view', 'view/page/state', 'view/page/terminal', 'view/page/time'],
  view: [...reported, 'topology', 'forecast', 'fault', 'lab', 'report/words', 'report/html'],
  ...Object.fromEntries(
    ['', '/completion', '/exchange', '/look', '/options', '/predict', '/testing'].map((each) => [
      `cli${each}`,
      everything,
    ]),
  ),
  bin: ['cli'],
  index: everything,
};
