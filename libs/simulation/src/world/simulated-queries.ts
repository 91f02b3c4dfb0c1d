import type { Below } from '#cell';
import type { Envelope } from '#contracts';
import { CloudError } from '#domain';
import type { Dice } from './dice.js';
import type { SimulatedProcess } from './simulated-process.js';

/** Whoever may be asked, over its link. */
interface Answerer {
  answer(query: Envelope): Promise<unknown>;
}

/** How one process asks those below: the question and the answer may each get lost, and nobody waits beyond the deadline. */
export class SimulatedQueries implements Below {
  private readonly dice: Dice;

  constructor(private readonly process: SimulatedProcess) {
    this.dice = process.cell.surroundings.dice(`queries of ${process.name}`);
  }

  askChild(child: string, query: Envelope): Promise<unknown> {
    const path = `${this.process.cell.path}!${child}`;
    const cell = this.process.cell.surroundings.findCell(path);
    return this.ask(
      { ...query, target: path },
      () => cell?.link?.up === true,
      () => this.dice.pick(cell?.processes ?? []),
    );
  }

  askHost(name: string, query: Envelope): Promise<unknown> {
    const host = this.process.cell.surroundings.findHost(name);
    const target = `${this.process.cell.path}@${name}`;
    return this.ask(
      { ...query, target },
      () => host?.link.up === true,
      () => host?.agent,
    );
  }

  /** Through JSON, as on the wire. */
  private async ask(query: Envelope, linkIsUp: () => boolean, whoever: () => Answerer | undefined): Promise<unknown> {
    const { timeline, broker, sky, tampering } = this.process.cell.surroundings;
    const left = query.deadline - this.process.now();
    if (left <= 0) throw new CloudError('unavailable', `the deadline of the question to ${query.target} has passed`);
    const lost = new Promise<never>(() => undefined);
    const passes = () => linkIsUp() && tampering.isAnswered?.(query) !== false && !this.dice.chance(sky.weather.queryLost);
    const carry = async (): Promise<unknown> => {
      await timeline.sleep(broker.latency(this.dice));
      const answerer = passes() ? whoever() : undefined;
      if (!answerer) return lost;
      const answer = await answerer.answer(JSON.parse(JSON.stringify(query))).then(
        result => ({ result: JSON.parse(JSON.stringify(result)) as unknown }),
        (error: unknown) => ({ error }),
      );
      await timeline.sleep(broker.latency(this.dice));
      if (!passes()) return lost;
      if ('error' in answer) throw answer.error;
      return answer.result;
    };
    return new Promise((resolve, reject) => {
      if (!tampering.waitsForEver) timeline.after(left, () => reject(new CloudError('unavailable', `${query.target} does not answer`)));
      carry().then(resolve, reject);
    });
  }
}
