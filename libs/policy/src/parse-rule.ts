import { CloudError } from '#domain';
import { CALLER_ATTRIBUTES, type CallerAttribute, type Operand, type Rule, type Template } from './rule.js';

/**
 * Reads oslo.policy's language: `role:member and project_id:%(project_id)s or rule:context_is_admin`, with `not`, parentheses,
 * `@` (everyone) and `!` (nobody). What it cannot mean anything by is an error here, and not a rule that never holds.
 * @param name stands in the message
 * @throws CloudError `invalid`
 */
export const parseRule = (name: string, text: string): Rule => {
  const tokens = text.match(TOKEN) ?? [];
  if (tokens.length === 0) return { kind: 'always' };
  const reader = new Reader(name, text, tokens);
  const rule = reader.anyOf();
  reader.end();
  return rule;
};

/** Parentheses stand alone, but for those of `%(name)s`. */
const TOKEN = /(?:%\([^)]*\)s?|'[^']*'|"[^"]*"|[^\s()])+|[()]/g;

class Reader {
  private position = 0;

  constructor(
    private readonly name: string,
    private readonly text: string,
    private readonly tokens: readonly string[],
  ) {}

  anyOf(): Rule {
    return this.chain('or', 'any', () => this.allOf());
  }

  end(): void {
    if (this.position < this.tokens.length) throw this.wrong(`'${this.tokens[this.position]}' is not expected there`);
  }

  private allOf(): Rule {
    return this.chain('and', 'all', () => this.one());
  }

  private chain(word: string, kind: 'any' | 'all', next: () => Rule): Rule {
    const rules = [next()];
    while (this.take(word)) rules.push(next());
    return rules.length === 1 && rules[0] ? rules[0] : { kind, rules };
  }

  private one(): Rule {
    if (this.take('not')) return { kind: 'not', rule: this.one() };
    if (this.take('(')) {
      const rule = this.anyOf();
      if (!this.take(')')) throw this.wrong("a ')' is missing");
      return rule;
    }
    const token = this.tokens[this.position++];
    if (token === undefined || token === ')') throw this.wrong('something is missing');
    return this.check(token);
  }

  private take(word: string): boolean {
    const found = this.tokens[this.position]?.toLowerCase() === word;
    if (found) this.position++;
    return found;
  }

  private check(token: string): Rule {
    if (token === '@') return { kind: 'always' };
    if (token === '!') return { kind: 'never' };
    const [, left, right] = /^('[^']*'|"[^"]*"|[^:]+):(.+)$/.exec(token) ?? [];
    if (left === undefined || right === undefined) throw this.wrong(`'${token}' is not KIND:VALUE`);
    return this.checkOf(left, right);
  }

  private checkOf(left: string, right: string): Rule {
    if (left === 'role') return { kind: 'role', role: this.template(right) };
    if (left === 'rule') return { kind: 'reference', rule: right };
    if (left === 'http' || left === 'https') throw this.wrong('a check by a remote server (http:) is not offered here');
    // Nova's context knows whether it is an administrator's; Keystone's 1 is its bootstrap token, which does not exist here.
    if (left === 'is_admin') return /^true$/i.test(right) ? { kind: 'reference', rule: 'context_is_admin' } : { kind: 'never' };
    return { kind: 'equal', left: this.operand(left), right: this.template(right) };
  }

  private operand(text: string): Operand {
    const quoted = unquoted(text);
    if (quoted !== undefined) return { literal: quoted };
    if (/^(true|false|none|\d+)$/i.test(text)) return { literal: text };
    if (isCallerAttribute(text)) return { caller: text };
    throw this.wrong(`'${text}' is nothing that is known of a caller: ${CALLER_ATTRIBUTES.join(', ')}`);
  }

  private template(text: string): Template {
    const [, target] = /^%\(([^)]+)\)s$/.exec(text) ?? [];
    if (target !== undefined) return { target };
    if (text.includes('%(')) throw this.wrong(`'${text}' must be one %(name)s, or none`);
    return { literal: unquoted(text) ?? text };
  }

  private wrong(why: string): CloudError {
    return new CloudError('invalid', `policy rule '${this.name}': ${why}, in '${this.text}'`);
  }
}

const unquoted = (text: string): string | undefined =>
  /^(?:'([^']*)'|"([^"]*)")$/
    .exec(text)
    ?.slice(1)
    .find(found => found !== undefined);

const isCallerAttribute = (text: string): text is CallerAttribute => (CALLER_ATTRIBUTES as readonly string[]).includes(text);
