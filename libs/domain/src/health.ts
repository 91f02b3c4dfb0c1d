/** Why something does not do its work now; undefined while it does. Answers at once, of what the process knows anyway. */
export type Ailment = () => string | undefined;

/** Whether a process can do its work, for load balancers and whoever watches it. */
export class Health {
  private readonly ailments: Ailment[] = [];

  watch(ailment: Ailment): void {
    this.ailments.push(ailment);
  }

  /** None while all is well. */
  reasons(): string[] {
    return this.ailments.flatMap(ailment => ailment() ?? []);
  }
}

export interface HealthAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const TEXT = 'text/plain; charset=UTF-8';

/** As oslo.middleware answers `GET /healthcheck` when it is not told to be detailed: 200 and OK, or 503 and the reasons. */
export const healthAnswer = (
  reasons: readonly string[],
  { method, accept = '' }: { method: string; accept?: string | undefined },
): HealthAnswer => {
  const isWell = reasons.length === 0;
  const told = isWell ? ['OK'] : reasons;
  if (method === 'HEAD') return { status: isWell ? 204 : 503, contentType: TEXT, body: '' };
  const status = isWell ? 200 : 503;
  if (accept.includes('application/json'))
    return { status, contentType: 'application/json', body: JSON.stringify({ detailed: false, reasons: told }, null, 4) };
  return { status, contentType: TEXT, body: told.join('\n') };
};
