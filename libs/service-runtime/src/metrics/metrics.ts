import { type Logger, messageOf } from '#domain';
import type { Family, Sample } from './families.js';

/** What a process tells of itself, in the text format of Prometheus (version 0.0.4). */
export class Metrics {
  static readonly contentType = 'text/plain; version=0.0.4; charset=utf-8';
  private readonly families: Family[] = [];

  constructor(private readonly log: Logger) {}

  add<F extends Family>(family: F): F {
    this.families.push(family);
    return family;
  }

  /** A family that cannot be read now (its database is away) is left out. */
  async text(): Promise<string> {
    const texts = await Promise.all(this.families.map(family => this.textOf(family)));
    return texts.join('');
  }

  private async textOf(family: Family): Promise<string> {
    const { name, help, type, labelNames } = family;
    try {
      const samples = Object.entries(await family.samples());
      const lines = samples.flatMap(([end, all]) => all.map(sample => `${name}${end}${labelsOf(labelNames, sample)} ${sample.value}\n`));
      return lines.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
    } catch (error) {
      this.log.warn('a metric is left out', { metric: name, reason: messageOf(error) });
      return '';
    }
  }
}

const labelsOf = (names: readonly string[], { labels }: Sample): string =>
  names.length === 0 ? '' : `{${names.map((name, index) => `${name}="${escaped(labels[index] ?? '')}"`).join(',')}}`;

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
