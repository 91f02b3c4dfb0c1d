import { type ComputePayload, type ComputeQuery, type ComputeResult, computeMethods, type Envelope } from '#contracts';
import { CloudError } from '#domain';
import type { AnyDriver } from '#hypervisor';
import type { Consoles } from './host-ports.js';
import { payloadOf } from './payload-of.js';

type Answers = { readonly [M in ComputeQuery]: (payload: ComputePayload<M>) => Promise<ComputeResult<M>> };
export type GuestAnswer = ComputeResult<ComputeQuery>;

/** What a host says when its cell asks about it or a guest. */
export class GuestQueries {
  private readonly answers: Answers;

  constructor(
    private readonly host: string,
    driver: AnyDriver,
    consoles: Consoles,
  ) {
    this.answers = {
      'guest.console': async ({ instanceUuid, lines }) => {
        if (!driver.consoleOutput) throw this.cannot('shows no console');
        return { output: await driver.consoleOutput(instanceUuid, { lines }) };
      },
      'guest.findConsole': async ({ instanceUuid, console }) => {
        if (!driver.findConsole) throw this.cannot(`has no ${console} console`);
        await driver.findConsole(instanceUuid, console);
        return { host };
      },
      'guest.connectConsole': async ({ instanceUuid, console, door }) => {
        if (!driver.connectConsole) throw this.cannot(`has no ${console} console`);
        await consoles.open(await driver.connectConsole(instanceUuid, console), door);
        return { host };
      },
      'host.uptime': async () => ({ uptime: await driver.uptime() }),
      'guest.diagnostics': async ({ instanceUuid }) => {
        if (!driver.diagnostics) throw this.cannot('measures no guests');
        return driver.diagnostics(instanceUuid);
      },
    };
  }

  /** @throws CloudError `invalid`, `notImplemented`, or what the driver says. */
  async answer({ method, payload }: Envelope): Promise<GuestAnswer> {
    if (!isQuery(method)) throw new CloudError('invalid', `'${method}' is no query of a compute service`);
    return this.answerTo(method, payload);
  }

  private answerTo<M extends ComputeQuery>(method: M, payload: unknown): Promise<ComputeResult<M>> {
    return this.answers[method](payloadOf(method, payload));
  }

  private cannot(what: string): CloudError {
    return new CloudError('notImplemented', `the hypervisor of host ${this.host} ${what}`);
  }
}

export const isQuery = (method: string): method is ComputeQuery =>
  (computeMethods as Record<string, { kind: string }>)[method]?.kind === 'query';
