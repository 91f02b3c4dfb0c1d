/** Glance's links of a page: the first one, and the next one while there may be more. They keep all other parameters. */
export const nextPage = (url: string, page: readonly { readonly id: string }[], limit: number): { first: string; next?: string } => {
  const at = url.indexOf('?');
  const parameters = new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
  parameters.delete('marker');
  const first = linkOf(parameters);
  const last = page.at(-1);
  if (!last || page.length < limit) return { first };
  parameters.set('marker', last.id);
  return { first, next: linkOf(parameters) };
};

const linkOf = (parameters: URLSearchParams): string => (parameters.size ? `/v2/images?${parameters}` : '/v2/images');
