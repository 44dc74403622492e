// A program that makes a lab with the library, says so, and waits to be ended: `make-lab.ts <name> <outlive>`.
import { loadTopology, locateTopology, topologyError, up } from '../../src/index.js';

const [name = 'made', outlive = 'false'] = process.argv.slice(2);
const reading = await loadTopology(await locateTopology('figure2'));
if ('problems' in reading) throw topologyError(reading.problems);
const { lab } = await up(reading.topology, { name, outlive: outlive === 'true' });
process.stdout.write(`made ${lab.name}\n`);
setInterval(() => undefined, 60_000);
