import { DNS_PORT } from '../../support/well-known-ports.js';
import { IdentityService } from './identity-service.js';
import { LocalCheck } from './local-check.js';
import type { InstancePlace, InstanceServer, ServiceDriver, SharedByServers } from './service-driver.js';

/** The built-in service, which the agent itself serves: its instances are no processes of their hosts. */
export const identityDriver: ServiceDriver = {
  identityOf: () => ({ kind: 'dns', port: DNS_PORT }),
  serverOf: (instance, shared) => new IdentityServer(instance, shared),
};

class IdentityServer implements InstanceServer {
  readonly #identity: IdentityService;
  readonly #check: LocalCheck;

  constructor({ service, host, localAddress }: InstancePlace, { identityThread }: SharedByServers) {
    const addresses = [...service.addresses, localAddress];
    this.#identity = new IdentityService(host.name, host.namespace, addresses, identityThread, service.http);
    this.#check = new LocalCheck(host.namespace, localAddress, identityThread);
  }

  get isServing(): boolean {
    return this.#identity.isServing;
  }

  async start(): Promise<void> {
    this.#check.close();
    await this.#identity.start();
  }

  stop(): Promise<void> {
    this.#identity.stop();
    return Promise.resolve();
  }

  hang(): Promise<void> {
    this.#identity.hang();
    return Promise.resolve();
  }

  freeze(): void {
    this.#identity.hang();
  }

  async thaw(serves: boolean): Promise<void> {
    if (serves) await this.#identity.start();
  }

  losePower(): void {
    this.#identity.stop();
  }

  async check(timeoutMs: number): Promise<boolean> {
    return this.#check.answers(timeoutMs);
  }

  missingOfStop(): Promise<readonly string[]> {
    return Promise.resolve(this.#identity.listening().map((where) => `another process already listens at ${where}`));
  }

  missingOfHang(): Promise<readonly string[]> {
    const { isHung, instance } = this.#identity;
    return Promise.resolve([...this.#identity.unserved(), ...(isHung ? [] : [`${instance} answers still`])]);
  }
}
