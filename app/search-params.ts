/** A page's search parameters as Next hands them over, in the order of the address. */
export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export async function urlSearchParams(given: SearchParams): Promise<URLSearchParams> {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(await given)) {
    for (const text of Array.isArray(value) ? value : [value]) if (text !== undefined) params.append(name, text);
  }
  return params;
}
