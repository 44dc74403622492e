// Makes cables longer, as a lab does where its kernel has no netem: `long-cables.ts <ms> <device> <device>...` relays frames between the
// first and the second device of its network namespace, the third and the fourth, and so on, so many milliseconds late, until it is ended.
import { PacketSocket } from '../../src/agent/shaping/packets.js';
import { Relay } from '../../src/agent/shaping/relay.js';
import { loadKernel, NetNamespace } from '../../src/agent/system/kernel.js';

const [delay = '', ...devices] = process.argv.slice(2);
const delayMs = Number(delay);
const home = NetNamespace.own(loadKernel());

function relay(from: string, to: string): void {
  new Relay(PacketSocket.open(home, from, 'receives'), PacketSocket.open(home, to, 'sends'), { delayMs }).start();
}

for (let each = 0; each < devices.length; each += 2) {
  const [near = '', far = ''] = devices.slice(each);
  relay(near, far);
  relay(far, near);
}
process.stdout.write('ready\n');
