import { ApiVersion, type Audience, microversions, type View } from '#microversion';

type Shown = Record<string, unknown>;

/** How a view changes from version to version: the whole answer at the first, then what each step added, changed or dropped. */
export const viewHistory = <S, C>(view: View<S, C>, audiences: readonly Audience[], source: S, context: C): string => {
  const history: Record<string, unknown> = {};
  let before: Shown | undefined;
  for (const { version } of microversions()) {
    const now: Shown = JSON.parse(view.at(ApiVersion.of(version), ...audiences).json(source, context));
    const step = before === undefined ? now : changes(before, now);
    if (Object.keys(step).length > 0) history[version] = step;
    before = now;
  }
  return `${JSON.stringify(history, null, 2)}\n`;
};

const changes = (before: Shown, now: Shown): Shown => {
  const set = Object.entries(now).filter(([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value));
  const dropped = Object.keys(before).filter(name => !(name in now));
  return { ...Object.fromEntries(set), ...(dropped.length > 0 && { '(dropped)': dropped }) };
};
